/** Several servers behind one address, steered as one. */

import { randomBytes } from "node:crypto";
import { performance } from "node:perf_hooks";

import { UnmetExpectation, VaultError } from "./errors.js";

/** Calls the admin API; the answer's JSON. */
export type Call = (method: string, path: string, query?: object, body?: object) => Promise<any>;

/** The admin API of a server. */
export interface Admin {
  readonly url: string;
  caller(app?: string): Call;
  check(): Promise<void>;
}

/** Calls to one of the servers. */
type Replica = { url: string; call: Call };

/** Seconds that clocks which run with the system's may differ by. */
const CLOCK_TOLERANCE = 2;

/** The admin APIs of all replicas: what steers goes to each, and what is read is gathered. */
export class Replicas implements Admin {
  constructor(
    /** That of the balancer. */
    readonly url: string,
    private readonly admins: readonly Admin[],
  ) {}

  caller(app?: string): Call {
    return together(this.admins.map((admin) => ({ url: admin.url, call: named(admin, app) })));
  }

  /** The replicas must be alike: of one version, with one key, app, secret and clock. */
  async check(): Promise<void> {
    for (const admin of this.admins) await admin.check();
    let first: Likeness | undefined;
    for (const admin of this.admins) {
      const likeness = await likenessOf(admin);
      first ??= likeness;
      const differs = difference(likeness, first);
      if (differs) throw new VaultError(`the replica at ${admin.url} ${differs}`);
    }
  }
}

/** Failures name the replica. */
function named(admin: Admin, app?: string): Call {
  const send = admin.caller(app);
  return (...call) =>
    send(...call).catch((error: Error) => {
      throw new VaultError(`the replica at ${admin.url}: ${error.message}`);
    });
}

/** What replicas have in common. */
interface Likeness {
  url: string;
  readAt: number;
  version: string;
  client: { api_key: string; app_id: string | null; secret_fingerprint: string };
  clock: { now: string; scale: number };
}

async function likenessOf(admin: Admin): Promise<Likeness> {
  const call = named(admin);
  const { version } = await call("GET", "/health");
  const [client, clock] = [await call("GET", "/client"), await call("GET", "/clock")];
  return { url: admin.url, readAt: performance.now(), version, client, clock };
}

/** What is not as it is at the first one, and what to do. */
function difference(one: Likeness, first: Likeness): string | undefined {
  const there = `the one at ${first.url}`;
  if (one.version !== first.version) {
    return `is vault-mock ${one.version}, and ${there} is ${first.version}: start all from one release`;
  }
  if (one.client.api_key !== first.client.api_key) {
    return `takes another API key than ${there}: start both with the same --api-key-file`;
  }
  if (one.client.app_id !== first.client.app_id) {
    return `knows another app than ${there}: start both with the same --app-id`;
  }
  if (one.client.secret_fingerprint !== first.client.secret_fingerprint) {
    return `signs with another secret than ${there}: start both with the same --secret-file`;
  }
  const scale = one.clock.scale;
  if (scale !== first.clock.scale) {
    return `has a clock of speed ${scale}, and ${there} one of ${first.clock.scale}: set both alike`;
  }
  const run = ((one.readAt - first.readAt) / 1_000) * scale;
  const ahead = (Date.parse(one.clock.now) - Date.parse(first.clock.now)) / 1_000 - run;
  if (Math.abs(ahead) > CLOCK_TOLERANCE * scale) {
    return `has a clock that is ${ahead > 0 ? "+" : ""}${ahead} s off that of ${there}: set both alike`;
  }
  return undefined;
}

/** Calls about one Vault that every replica has a part of. */
function together(replicas: readonly Replica[]): Call {
  const expected: Record<string, any>[] = [];
  const all = async (...call: Parameters<Call>): Promise<any[]> => {
    const answers = [];
    for (const replica of replicas) answers.push(await replica.call(...call));
    return answers;
  };
  return async (method, path, query, body) => {
    switch (`${method} ${path}`) {
      case "GET /journal":
        return journal(await all(method, path, query), query);
      case "GET /connections":
      case "POST /connections/change": {
        // A consumer's connections are as they say where the consumer's latest request went.
        const { app_id, consumer_id } = (body ?? query) as Record<string, string>;
        const latest = await all("GET", "/journal", { app_id, consumer_id, limit: 1 });
        const visits = latest.flatMap(({ entries: [entry] }, index) => (entry ? [{ entry, index }] : []));
        visits.sort((one, other) => compare(one.entry, other.entry));
        const home = visits.at(-1);
        const at = home === undefined ? replicas : [replicas[home.index]!];
        const [answer] = await Promise.all(at.map((replica) => replica.call(method, path, query, body)));
        return answer;
      }
      case "POST /expectations":
        // Whether the replicas understand it.
        await replicas[0]!.call("POST", "/expectations/check", {}, body);
        expected.push(body!);
        return;
      case "GET /expectations/verify": {
        const reports = [];
        for (const one of expected) reports.push(await unmet(replicas, all, one));
        const told = reports.filter((report) => report !== undefined);
        if (told.length > 0) throw new UnmetExpectation(told.join("\n\n"));
        return;
      }
    }
    if (method === "GET") return replicas[0]!.call(method, path, query);
    if (path === "/expectations" || path === "/reset") expected.length = 0;
    // Otherwise each would make up its own.
    if (path === "/keys/rotate") body = { secret: randomBytes(32).toString("hex"), ...body };
    const [first] = await all(method, path, query, body);
    // Each has stopped at a moment of its own.
    if (path === "/clock/freeze") await all("PUT", "/clock", {}, { now: first.now });
    return first;
  };
}

/** Sorting keeps the order of each. */
function journal(journals: any[], query: { limit?: number } = {}): unknown {
  const entries = journals.flatMap((one) => one.entries).sort(compare);
  const limit = Math.min(query.limit ?? entries.length, entries.length);
  const dropped = journals.reduce((sum, one) => sum + one.dropped, 0);
  return { entries: entries.slice(entries.length - limit), dropped };
}

/** By time, to the nanosecond. */
function compare(one: { at: string }, other: { at: string }): number {
  const key = ({ at }: { at: string }) => {
    const [seconds, fraction = ""] = at.replace("Z", "").split(".");
    return `${seconds}.${fraction.padEnd(9, "0")}`;
  };
  return key(one) < key(other) ? -1 : Number(key(one) > key(other));
}

/** Counts at all replicas; how it differs is each one's text. */
async function unmet(
  replicas: readonly Replica[],
  all: (...call: Parameters<Call>) => Promise<any[]>,
  expected: Record<string, any>,
): Promise<string | undefined> {
  const { name = "requests", most } = expected;
  const least: number = expected.least ?? (most === undefined ? 1 : 0);
  const check = (terms: object) => all("POST", "/expectations/check", {}, terms);
  // What is left to complain of is a journal that has dropped what would have to be counted.
  const counted = await check({ ...expected, least: 0 });
  const found: number = counted.reduce((sum, one) => sum + one.found.length, 0);
  const isCertain = counted.every((one) => one.report === null);
  if (isCertain && least <= found && (most === undefined || found <= most)) return undefined;
  const bounds = most === undefined ? `at least ${least}` : `${least} to ${most}`;
  const wanted = least === most ? `exactly ${most}` : bounds;
  const reports = (await check(expected)).map(({ report, found }, index) => {
    return `\nat ${replicas[index]!.url}: ${report ?? found.length}`;
  });
  return `${name}: expected ${wanted}, found ${found} at all replicas${reports.join("")}`;
}
