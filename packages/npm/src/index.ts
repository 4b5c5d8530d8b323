/**
 * vault-mock for Node.js: the server, and each Vault that it emulates.
 *
 * Names are those of the Rust crate `vault-mock`; each method is one call of the admin API. Objects
 * with members such as `consumer_id` are the mock's JSON, as its OpenAPI document has it.
 */

import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync } from "node:fs";
import * as http from "node:http";
import * as https from "node:https";
import { createRequire } from "node:module";
import { delimiter, join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";

import { UnmetExpectation, VaultError } from "./errors.js";
import { type Admin, type Call, Replicas } from "./replicas.js";

const require = createRequire(import.meta.url);
const own: { version: string; optionalDependencies: Record<string, string> } = require("../package.json");

/** Milliseconds that the server may take to start, and to answer a call. */
const PATIENCE = 30_000;
const PREFIX = "/__vault_mock";

export { UnmetExpectation, VaultError };

export type ConnectionState = "available" | "added" | "authorized" | "callable" | "invalid";
export type Change = "enable" | "disable" | "authorize" | "revoke" | "refuse" | "delete" | "save";
export type Action = "delete" | "disconnect" | "reauthorize" | "disable";
export type OutcomeKind =
  | "session_created" | "answered" | "refused" | "fault_injected"
  | "held" | "abandoned" | "cut" | "ended_by_reset";

/** How a Vault behaves. */
export interface RuleSettings {
  validation: "strict" | "lenient" | "off";
  session_length_dialect: "strict" | "ms";
  /** Such as `30m`. */
  default_session_length: string;
  long_sessions: "refused" | "accepted" | "shortened";
  unknown_names: boolean;
  null_body: boolean;
  byte_order_mark: boolean;
  any_content_type: boolean;
  bare_tokens: boolean;
  foreign_ids: boolean;
  scope_claims: boolean;
  concealed_methods: boolean;
  schema_fault: 400 | 422;
  enforce_actions: boolean;
  expiry_rule: string;
  issued_at_tolerance: number;
  /** `null` is no limit. */
  request_limit: number | null;
  /** Such as `60/minute`; `null` is no limit. */
  rate_limit: string | null;
  oauth_provider: string;
  oauth_confirmation: boolean;
  directives: boolean;
  developer_corner: boolean;
  external_images: boolean;
  body_limit: number;
  journal_capacity: number;
  changed_consumers: number;
}

/** How a new Vault differs from the server's. */
export interface TenantSettings extends Partial<RuleSettings> {
  app_id?: string;
  api_key?: string;
  secret?: string | number;
}

/** One request of the journal, without credentials. */
export interface Recorded {
  number: number;
  at: string;
  unix_seconds: number;
  method: string;
  path: string;
  app_id: string | null;
  consumer_id: string | null;
  body: unknown;
  status: number | null;
  outcome: Outcome;
}

/** What became of a request; some kinds have one member more. */
export interface Outcome {
  kind: OutcomeKind;
  claims?: Record<string, unknown>;
  error?: Record<string, unknown>;
  fault?: string;
}

/** Which requests of the journal are looked for. */
export interface JournalQuery {
  app_id?: string;
  consumer_id?: string;
  path?: string;
  status?: number;
  outcome?: OutcomeKind;
  /** At most this many, the latest ones. */
  limit?: number;
}

/** For whom a fault is; everybody if absent. */
export interface Scope {
  app_id?: string;
  consumer_id?: string;
  method?: string;
}

/** What goes wrong, and for whom; `null` is everybody. */
export interface InjectedFault {
  app_id: string | null;
  consumer_id: string | null;
  method: string | null;
  behaviour: string;
}

/** Which requests count, and how many of them there must be: at least one by default. */
export interface Expected {
  least?: number;
  most?: number;
  name?: string;
  method?: string;
  path?: string;
  app_id?: string;
  consumer_id?: string;
  status?: number;
  headers?: Record<string, string>;
  /** Values by JSON pointers, such as `{ "/settings/session_length": "30m" }`. */
  body?: Record<string, unknown>;
  /** The actions that the session allows, in any order. */
  allow_actions?: readonly Action[];
}

/** A connection of a consumer, in short. */
export interface Connection {
  id: string;
  name: string;
  state: ConnectionState;
  health: string;
  enabled: boolean;
}

/** The one clock of a Vault: sessions begin and end by it. */
export class Clock {
  constructor(private readonly call: Call) {}

  async now(): Promise<Date> {
    return time(await this.call("GET", "/clock"));
  }

  /** Moves it forward. */
  async advance(seconds: number): Promise<Date> {
    return time(await this.call("POST", "/clock/advance", {}, { seconds }));
  }

  /** Sets it, forward or back. */
  async set(now: Date): Promise<Date> {
    return time(await this.call("PUT", "/clock", {}, { now: now.toISOString() }));
  }

  /** Sets it to the end of a session, or to seconds after it; negative is before. */
  async advanceToExpiry(session_token: string, seconds = 0): Promise<Date> {
    return time(await this.call("POST", "/clock/expiry", {}, { session_token, seconds }));
  }

  /** Lets it run so many times as fast as real time; 0 stops it. */
  async scale(scale: number): Promise<Date> {
    return time(await this.call("PUT", "/clock/scale", {}, { scale }));
  }

  async freeze(): Promise<Date> {
    return time(await this.call("POST", "/clock/freeze"));
  }

  async resume(): Promise<Date> {
    return time(await this.call("POST", "/clock/resume"));
  }
}

/** What goes wrong. */
export class Faults {
  constructor(private readonly call: Call) {}

  /** Lets requests meet faults, such as `status=503; times=2, ok`, in place of earlier ones. */
  async inject(behaviour: string, scope: Scope = {}): Promise<void> {
    await this.call("PUT", "/faults", {}, { behaviour, ...scope });
  }

  async injected(): Promise<InjectedFault[]> {
    return (await this.call("GET", "/faults")).faults;
  }

  /** Ends all faults, or those of a scope. */
  async clear(scope: Scope = {}): Promise<void> {
    await this.call("DELETE", "/faults", scope);
  }
}

/** The latest requests. */
export class Journal {
  constructor(private readonly call: Call) {}

  /** Those that are as given, the oldest first. */
  async requests(query: JournalQuery = {}): Promise<Recorded[]> {
    return (await this.call("GET", "/journal", query)).entries;
  }

  async last(): Promise<Recorded | undefined> {
    return (await this.requests({ limit: 1 }))[0];
  }

  /** How many made room for later ones. */
  async dropped(): Promise<number> {
    return (await this.call("GET", "/journal", { limit: 0 })).dropped;
  }

  async clear(): Promise<void> {
    await this.call("DELETE", "/journal");
  }
}

/** How a Vault behaves; `Vault.reset` goes back to how it began. */
export class Settings {
  constructor(private readonly call: Call) {}

  async read(): Promise<RuleSettings> {
    return this.call("GET", "/settings");
  }

  async change(settings: Partial<RuleSettings>): Promise<RuleSettings> {
    return this.call("PATCH", "/settings", {}, settings);
  }
}

/** What a consumer of an app has connected. */
export class Connections {
  private readonly owner: { app_id: string; consumer_id: string };

  constructor(private readonly call: Call, app_id: string, consumer_id: string) {
    this.owner = { app_id, consumer_id };
  }

  async all(): Promise<Connection[]> {
    return (await this.call("GET", "/connections", this.owner)).connections;
  }

  /** Brings a connection, such as `crm+salesforce`, into a state. */
  async put(id: string, state: ConnectionState): Promise<Connection> {
    return this.call("PUT", "/connections", {}, { ...this.owner, id, state });
  }

  /** Lets something happen to a connection; `save` goes with settings. */
  async apply(id: string, change: Change, settings?: object): Promise<Connection> {
    return this.call("POST", "/connections/change", {}, { ...this.owner, id, change, settings });
  }

  /** Lets the consumer start over. */
  async reset(): Promise<void> {
    await this.call("DELETE", "/connections", this.owner);
  }
}

/** One emulated Vault: that of an app, or the server's own for all other apps. */
export class Vault {
  readonly clock: Clock;
  readonly faults: Faults;
  readonly journal: Journal;
  readonly settings: Settings;

  constructor(
    protected readonly call: Call,
    /** What the code under test takes in place of `https://unify.apideck.com`. */
    readonly url: string,
    /** The app whose Vault this is; `undefined` for the server's own. */
    readonly appId: string | undefined,
    /** The key that the code under test presents; `undefined` if nobody told. */
    readonly apiKey: string | undefined,
  ) {
    this.clock = new Clock(call);
    this.faults = new Faults(call);
    this.journal = new Journal(call);
    this.settings = new Settings(call);
  }

  /** What a consumer has connected; the server's own Vault needs the app's ID. */
  connections(consumerId: string, appId = this.appId): Connections {
    if (appId === undefined) throw new TypeError("whose connections? Give the app ID");
    return new Connections(this.call, appId, consumerId);
  }

  /** Says which requests count, and how many of them there must be; `times` is both ends. */
  async expect(expected: Expected & { times?: number } = {}): Promise<void> {
    const { times, ...rest } = expected;
    const both = times === undefined ? {} : { least: times, most: times };
    await this.call("POST", "/expectations", {}, { ...rest, ...both });
  }

  /** Rejects with `UnmetExpectation` unless all that is expected has happened. */
  async verify(): Promise<void> {
    await this.call("GET", "/expectations/verify");
  }

  async forgetExpected(): Promise<void> {
    await this.call("DELETE", "/expectations");
  }

  /** Signs with another secret; former tokens stay good for the overlap, in seconds. */
  async rotateKey(key: { secret?: string | number; overlap?: number } = {}): Promise<void> {
    await this.call("POST", "/keys/rotate", {}, key);
  }

  /** Forgets what earlier tests left behind; clock and keys stay as they are. */
  async reset(): Promise<void> {
    await this.call("POST", "/reset");
  }
}

/** How a server of one's own is started. */
export interface StartOptions {
  /** `127.0.0.1:0` if absent: a free port. */
  address?: string;
  /** More flags of `vault-mock serve`. */
  arguments?: readonly string[];
  /** What calls of the admin API then need; nothing, from this machine, if absent. */
  adminToken?: string;
  /** The program; `program()` if absent. */
  program?: string;
}

/** How a server that runs elsewhere is used. */
export interface ConnectOptions {
  adminToken?: string | undefined;
  apiKey?: string | undefined;
  /**
   * The URLs of all servers behind a balancer that hashes by app and consumer: what steers goes to each,
   * and journals and counts are gathered.
   */
  replicas?: readonly string[] | undefined;
}

/** A server, and the Vault of all apps that have none of their own. */
export class VaultServer extends Vault {
  static #shared: Promise<VaultServer> | undefined;

  private constructor(
    private readonly admin: Admin,
    apiKey: string | undefined,
    private readonly running?: Process,
  ) {
    super(admin.caller(), admin.url, undefined, apiKey);
  }

  /** Starts a server of one's own, with a clock that stands still. It ends with this process. */
  static async start(options: StartOptions = {}): Promise<VaultServer> {
    const apiKey = randomBytes(16).toString("hex");
    const running = await Process.start(options, apiKey);
    const { url, admin_token } = running.announced;
    const admin = new ServerAdmin(url, options.adminToken ?? admin_token, running);
    return VaultServer.#checked(admin, apiKey, running);
  }

  /** Uses a server that runs elsewhere, such as in a container. */
  static async connect(url: string, options: ConnectOptions = {}): Promise<VaultServer> {
    const [own, ...replicas] = [url, ...(options.replicas ?? [])].map((one) => {
      return new ServerAdmin(one.replace(/\/+$/, ""), options.adminToken, undefined);
    });
    const admin = replicas.length > 0 ? new Replicas(own!.url, replicas) : own!;
    return VaultServer.#checked(admin, options.apiKey);
  }

  static async #checked(admin: Admin, apiKey: string | undefined, running?: Process): Promise<VaultServer> {
    const server = new VaultServer(admin, apiKey, running);
    try {
      await admin.check();
    } catch (error) {
      await server.shutdown();
      throw error;
    }
    return server;
  }

  /**
   * The server that the tests of this process share. With the variable `VAULT_MOCK_URL` it is the one
   * that runs there, with the variables `VAULT_MOCK_ADMIN_TOKEN` and `VAULT_MOCK_API_KEY`.
   */
  static shared(): Promise<VaultServer> {
    const { VAULT_MOCK_URL: url, VAULT_MOCK_ADMIN_TOKEN: adminToken } = process.env;
    const apiKey = process.env.VAULT_MOCK_API_KEY;
    const shared = () => (url ? VaultServer.connect(url, { adminToken, apiKey }) : VaultServer.start());
    return (VaultServer.#shared ??= shared());
  }

  /** Gives an app a Vault of its own, that begins as the server's is; without an ID, a new app. */
  async addTenant(settings: TenantSettings = {}): Promise<Vault> {
    const app_id = settings.app_id ?? `test-${randomBytes(8).toString("hex")}`;
    const told = settings.api_key ?? this.apiKey;
    const api_key = told ?? randomBytes(16).toString("hex");
    const key = told === this.apiKey ? {} : { api_key };
    // A balancer that hashes by app reads no bodies.
    const call = this.admin.caller(app_id);
    await call("PUT", "/tenants", {}, { ...settings, ...key, app_id });
    return new Vault(call, this.url, app_id, api_key);
  }

  async tenantApps(): Promise<string[]> {
    return (await this.call("GET", "/tenants")).tenants;
  }

  async removeTenant(app_id: string): Promise<void> {
    await this.call("DELETE", "/tenants", { app_id });
  }

  /**
   * Runs a test with a Vault of its own. Whatever it expects and does not get rejects with
   * `UnmetExpectation`.
   */
  async withTenant(test: (vault: Vault) => unknown): Promise<void> {
    const vault = await this.addTenant();
    try {
      await test(vault);
      await vault.verify();
    } catch (error) {
      // Whether the server is there explains more than a refused connection.
      await vault.clock.now();
      throw error;
    } finally {
      // A server that has ended was reported already.
      await this.removeTenant(vault.appId!).catch(() => {});
    }
  }

  /** Stops the server, unless it runs elsewhere. */
  async shutdown(): Promise<void> {
    await this.running?.stop();
  }
}

/** The admin API of a server. */
class ServerAdmin implements Admin {
  constructor(
    readonly url: string,
    private readonly token: string | undefined,
    private readonly running: Process | undefined,
  ) {}

  /** Calls about the Vault of an app, or about the server's own. */
  caller(app?: string): Call {
    const headers: Record<string, string> = app === undefined ? {} : { "x-apideck-app-id": app };
    return (...request) => this.#call(headers, ...request);
  }

  /** The package and the program must have the same major and minor version. */
  async check(): Promise<void> {
    const there: unknown = (await this.caller()("GET", "/health"))?.version;
    const here = own.version;
    if (typeof there !== "string") throw this.#other();
    const [theirs, ours] = [release(there), release(here)];
    if (theirs !== ours) {
      throw new VaultError(
        `the server is vault-mock ${there}, ${theirs > ours ? "newer" : "older"} than this package, ${here}: ` +
          `install vault-mock@${there} here, or start a server of version ${here}`,
      );
    }
  }

  async #call(
    headers: Record<string, string>,
    ...[method, path, query, body]: Parameters<Call>
  ): Promise<unknown> {
    const [status, content] = await this.#send(headers, method, path, query, body);
    let answer: any;
    try {
      answer = content === "" ? undefined : JSON.parse(content);
    } catch {
      throw this.#other();
    }
    if (status < 300) return answer;
    const detail: string = answer?.detail ?? `the answer is ${status}`;
    if (status === 409 && path === "/expectations/verify") throw new UnmetExpectation(detail);
    if (status === 401) throw new VaultError(`the admin API refuses: ${detail}`);
    const wrong = (answer?.errors ?? []).map((error: Record<string, string>) => {
      return `; ${error.pointer ?? error.parameter ?? "the request"}: ${error.detail}`;
    });
    throw new VaultError(`${method} ${path}: ${detail}${wrong.join("")}`);
  }

  /** Not by `fetch`, which tests like to replace. */
  async #send(
    headers: Record<string, string>,
    ...[method, path, query, body]: Parameters<Call>
  ): Promise<[number, string]> {
    const given = Object.entries(query ?? {}).filter(([, value]) => value !== undefined);
    const search = new URLSearchParams(given);
    const target = `${this.url}${PREFIX}${path}${search.size > 0 ? "?" : ""}${search}`;
    const token = this.token === undefined ? {} : { "x-vault-mock-token": this.token };
    const type = body && { "content-type": "application/json" };
    const options = { method, headers: { ...headers, ...token, ...type }, timeout: PATIENCE };
    try {
      const request = (this.url.startsWith("https:") ? https : http).request(target, options);
      request.on("timeout", () => request.destroy(new Error("it takes too long")));
      request.end(body && JSON.stringify(body));
      const [answer]: http.IncomingMessage[] = (await once(request, "response")) as any;
      const chunks: Buffer[] = [];
      for await (const chunk of answer!) chunks.push(chunk);
      return [answer!.statusCode!, Buffer.concat(chunks).toString()];
    } catch (error) {
      const ended = await this.running?.ended(1_000);
      if (ended) throw new VaultError(ended);
      throw new VaultError(`no answer from ${this.url}: ${(error as Error).message}`);
    }
  }

  #other(): VaultError {
    return new VaultError(`what answers at ${this.url} is not a vault-mock`);
  }
}

/** A server of one's own. */
class Process {
  readonly announced: { url: string; admin_token?: string } = { url: "" };
  /** The end of its log. */
  private readonly log: string[] = [];
  readonly #exit: Promise<string>;

  private constructor(private readonly child: ChildProcess) {
    createInterface({ input: child.stderr! }).on("line", (line) => {
      this.log.push(line);
      if (this.log.length > 10) this.log.shift();
    });
    this.#exit = new Promise((resolve) => {
      // Only then all of the log has been read, too.
      child.once("close", (code, signal) => resolve(signal ? `by ${signal}` : `with exit code ${code}`));
    });
  }

  static async start(options: StartOptions, apiKey: string): Promise<Process> {
    const file = options.program ?? program();
    if (!existsSync(file)) {
      throw new VaultError(`the program ${file} is missing: install the package vault-mock again`);
    }
    const address = options.address ?? "127.0.0.1:0";
    const flags = ["serve", "--addr", address, "--frozen-at", "now", ...(options.arguments ?? [])];
    // What a developer's shell says must not change what a test sees.
    const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("VAULT_MOCK_"));
    const token = options.adminToken === undefined ? {} : { VAULT_MOCK_ADMIN_TOKEN: options.adminToken };
    const env = { ...Object.fromEntries(inherited), VAULT_MOCK_API_KEY: apiKey, ...token };
    let child: ChildProcess;
    try {
      child = spawn(file, flags, { stdio: ["ignore", "pipe", "pipe"], env });
      await once(child, "spawn");
    } catch (error) {
      throw new VaultError(notStarted(file, error as NodeJS.ErrnoException));
    }
    const running = new Process(child);
    await running.#listening(file);
    // Whoever forgets it is not kept from ending, and takes it along.
    process.once("exit", () => child.kill());
    child.unref();
    for (const stream of [child.stdout, child.stderr] as any[]) stream.unref();
    return running;
  }

  /** The first line on standard output says where it listens, once it does. */
  async #listening(file: string): Promise<void> {
    const late = setTimeout(() => this.child.kill("SIGKILL"), PATIENCE);
    const lines = createInterface({ input: this.child.stdout! });
    const line = await Promise.race([once(lines, "line"), this.#exit]);
    clearTimeout(late);
    try {
      Object.assign(this.announced, JSON.parse(line[0]));
      new URL(this.announced.url);
    } catch {
      this.child.kill("SIGKILL");
      await this.#exit;
      const words = this.#lastWords();
      // What the system cannot execute is read by a shell.
      throw new VaultError(words.startsWith(`${file}: `) ? forAnother(file) : `${file} did not start: ${words}`);
    }
  }

  /** Why there is no answer, if the server has ended, or does within so many milliseconds. */
  async ended(milliseconds: number): Promise<string | undefined> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, milliseconds)));
    const how = await Promise.race([this.#exit, late]);
    clearTimeout(timer);
    return how ? `the server has ended ${how}; its last words:\n${this.#lastWords()}` : undefined;
  }

  async stop(): Promise<void> {
    this.child.ref();
    this.child.kill();
    await this.#exit;
  }

  #lastWords(): string {
    return this.log.join("\n").trim() || "it said nothing";
  }
}

/**
 * The path of the program: of the package for this platform, unless the variable `VAULT_MOCK_PROGRAM`
 * names another.
 */
export function program(platform = `${process.platform}-${process.arch}`): string {
  if (process.env.VAULT_MOCK_PROGRAM) return process.env.VAULT_MOCK_PROGRAM;
  const name = process.platform === "win32" ? "vault-mock.exe" : "vault-mock";
  const holder = `@vault-mock/${platform}`;
  try {
    return require.resolve(`${holder}/${name}`);
  } catch {
    const folders = (process.env.PATH ?? "").split(delimiter);
    const found = folders.map((folder) => join(folder, name)).find((file) => existsSync(file));
    if (found) return found;
  }
  if (holder in own.optionalDependencies) {
    throw new VaultError(`the package ${holder} is missing: install vault-mock with its optional dependencies`);
  }
  throw new VaultError(
    `the package vault-mock has no program for ${platform}: ` +
      "`cargo install vault-mock-cli` builds it; then it is found on the PATH",
  );
}

function notStarted(file: string, error: NodeJS.ErrnoException): string {
  return error.code === "ENOEXEC" ? forAnother(file) : `the program ${file} cannot be executed: ${error.code}`;
}

function forAnother(file: string): string {
  return `the program ${file} is for another platform than ${process.platform}-${process.arch}`;
}

/** Texts that compare as the releases do. */
function release(version: string): string {
  const numbers = version.split(/[.+-]/).slice(0, 2);
  return numbers.map((number) => number.padStart(9, "0")).join(".");
}

function time(clock: { now: string }): Date {
  return new Date(clock.now);
}
