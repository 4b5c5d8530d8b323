// What goes wrong around a server, in one sentence each.

import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type Server, createServer as listen } from "node:http";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { UnmetExpectation, VaultError, VaultServer, program } from "vault-mock";
import manifest from "vault-mock/package.json" with { type: "json" };
import { afterAll, afterEach, expect, test, vi } from "vitest";

afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

/** The text is one line, but for the log of a server. */
async function refused(start: () => unknown, text: RegExp): Promise<void> {
  const error: unknown = await Promise.resolve().then(start).then(() => undefined, (thrown) => thrown);
  expect(error).toBeInstanceOf(VaultError);
  expect((error as Error).message).toMatch(text);
}

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

function executable(content: string, mode = 0o755): string {
  const folder = mkdtempSync(join(tmpdir(), "vault-mock-"));
  folders.push(folder);
  const path = join(folder, "program");
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
}

/** Something else that listens, and answers each request so. */
async function other(answer: string): Promise<[string, Server]> {
  const server = listen((_, response) => response.end(answer));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return [`http://127.0.0.1:${(server.address() as AddressInfo).port}`, server];
}

const pid = (server: VaultServer): number => (server as any).admin.running.child.pid;

/** The program writes its log beside its answers. */
const written = async (server: VaultServer): Promise<void> => {
  while ((server as any).admin.running.log.length === 0) await server.clock.now();
};

test("no program for a platform", async () => {
  vi.stubEnv("PATH", "");
  await refused(() => program("plan9-mips"), /^the package vault-mock has no program for plan9-mips: .*cargo.*$/);
});

test("a package that is missing", async () => {
  vi.stubEnv("PATH", "");
  await refused(() => program("win32-x64"), /^the package @vault-mock\/win32-x64 is missing: install .*$/);
});

test("a program on the path", () => {
  vi.stubEnv("PATH", join(program(), ".."));
  expect(program("plan9-mips")).toBe(program());
});

test("a program that is missing", async () => {
  const start = () => VaultServer.start({ program: "/nowhere/vault-mock" });
  await refused(start, /^the program \/nowhere\/vault-mock is missing: install the package vault-mock again$/);
});

test("a program that is not executable", async () => {
  const path = executable("\x7fELF", 0o644);
  await refused(() => VaultServer.start({ program: path }), /^the program .* cannot be executed: EACCES$/);
});

test("a program for another platform", async () => {
  const path = executable("\x7fELF and the rest of it is missing");
  await refused(() => VaultServer.start({ program: path }), /^the program .* is for another platform than .*$/);
});

test("a program that is something else", async () => {
  const path = executable("#!/bin/sh\necho Hello\n");
  await refused(() => VaultServer.start({ program: path }), /^.* did not start: it said nothing$/);
});

test("a variable names the program", async () => {
  vi.stubEnv("VAULT_MOCK_PROGRAM", "/nowhere/mine");
  await refused(() => VaultServer.start(), /^the program \/nowhere\/mine is missing: .*$/);
});

test("a port that is taken", async () => {
  const listener = createServer();
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  const address = `127.0.0.1:${(listener.address() as AddressInfo).port}`;
  await refused(() => VaultServer.start({ address }), /^.* did not start: .* cannot listen on .*: Address already in use.*$/);
  listener.close();
});

test("flags that are wrong", async () => {
  await refused(() => VaultServer.start({ arguments: ["--unknown"] }), /did not start: .*--unknown/s);
});

test("a server that dies", async () => {
  const server = await VaultServer.start();
  await written(server);
  process.kill(pid(server), "SIGKILL");
  await refused(() => server.clock.now(), /^the server has ended by SIGKILL; its last words:\n.*listening/);
  // A test meets it when it calls the server, and the reason wins over what it saw itself.
  await refused(() => server.withTenant(() => fetch(server.url)), /^the server has ended by SIGKILL/);
});

test("a server that dies while a test runs", async () => {
  const server = await VaultServer.start();
  await written(server);
  const test = async () => {
    process.kill(pid(server), "SIGKILL");
    await fetch(`${server.url}/health`);
  };
  await refused(() => server.withTenant(test), /^the server has ended by SIGKILL; its last words:\n.*listening/);
});

test("a server that is not there", async () => {
  await refused(() => VaultServer.connect("http://127.0.0.1:1"), /^no answer from http:\/\/127.0.0.1:1: .*ECONNREFUSED.*$/);
});

test("an admin token that is wrong or missing", async () => {
  const started = await VaultServer.start({ adminToken: "right" });
  const now = async (adminToken?: string) => (await VaultServer.connect(started.url, { adminToken })).clock.now();
  await now("right");
  await refused(() => now("wrong"), /^the admin API refuses: this is not the admin token$/);
  await refused(() => now(), /^the admin API refuses: send the admin token: .*$/);
  await started.shutdown();
});

test.for([["0.0.9", "older"], ["99.0.0", "newer"]])("a server of version %s", async ([version, age]) => {
  const [url, server] = await other(JSON.stringify({ status: "ok", version }));
  const text = new RegExp(`^the server is vault-mock ${version}, ${age} than this package, ${manifest.version}: install .*$`);
  await refused(() => VaultServer.connect(url), text);
  server.close();
});

test("a later fix of the same version is fine", async () => {
  const version = `${manifest.version.split(".").slice(0, 2).join(".")}.99-rc.1`;
  const [url, server] = await other(JSON.stringify({ version }));
  await VaultServer.connect(url);
  server.close();
});

test.for(["<html>", "[]", "{}", "", '{"version":1}'])("a server that answers %j", async (answer) => {
  const [url, server] = await other(answer);
  await refused(() => VaultServer.connect(url), /^what answers at .* is not a vault-mock$/);
  server.close();
});

test("what a shell says changes nothing, and what tests replace is not used", async () => {
  vi.stubEnv("VAULT_MOCK_API_KEY_FILE", "/nowhere");
  vi.stubEnv("VAULT_MOCK_ADDR", "192.0.2.1:1");
  vi.stubGlobal("fetch", () => expect.unreachable());
  const server = await VaultServer.start();
  await server.clock.now();
  await server.shutdown();
  await refused(() => server.clock.now(), /^the server has ended with exit code 0/);
});

test("mistakes are told with their place", async () => {
  const server = await VaultServer.start();
  const inject = () => server.faults.inject("ok, status=9000");
  await refused(inject, /^PUT \/faults: .*; #\/behaviour: invalid fault at byte 4: a status is a number .*$/);
  await refused(() => server.journal.requests({ status: 20 }), /^GET \/journal: .*; status: it must be .*$/);
  expect(() => server.connections("account:12345")).toThrow("Give the app ID");
  await server.shutdown();
});

test("a tenant is verified, and goes with its test", async () => {
  const server = await VaultServer.start();
  const expecting = server.withTenant((vault) => vault.expect({ name: "never" }));
  await expect(expecting).rejects.toThrow(UnmetExpectation);
  const failing = server.withTenant(async (vault) => {
    await vault.expect({ name: "never" });
    throw new RangeError("the first thing that goes wrong is told");
  });
  await expect(failing).rejects.toThrow(RangeError);
  await server.withTenant(() => {});
  expect(await server.tenantApps()).toEqual([]);
  await server.shutdown();
});

test("time goes where it is sent", async () => {
  const server = await VaultServer.start();
  const noon = new Date("2026-01-31T12:00:00.007Z");
  expect(await server.clock.set(noon)).toEqual(noon);
  expect(await server.clock.advance(0.5)).toEqual(new Date("2026-01-31T12:00:00.507Z"));
  await server.shutdown();
});
