// Several servers, steered as one: what goes to each, what is gathered, and what must be alike.

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { UnmetExpectation, VaultError, VaultServer } from "vault-mock";
import { afterEach, beforeEach, expect, test } from "vitest";

const NOON = new Date("2026-01-31T12:00:00Z");
const XERO = "accounting+xero";

let started: VaultServer[] = [];
let left: VaultServer, right: VaultServer, both: VaultServer;

async function serving(...more: string[]): Promise<VaultServer> {
  const alike = Object.entries({ "--secret": "shared", "--api-key": "shared" });
  const flags = alike.filter(([flag]) => !more.includes(flag)).flat();
  const server = await VaultServer.start({ arguments: [...flags, ...more] });
  started.push(server);
  await server.clock.set(NOON);
  return server;
}

beforeEach(async () => {
  [left, right] = [await serving(), await serving()];
  both = await VaultServer.connect(left.url, { apiKey: "shared", replicas: [left.url, `${right.url}/`] });
});

afterEach(async () => {
  await Promise.all(started.map((server) => server.shutdown()));
  started = [];
});

async function create(server: VaultServer, consumer: string, app = "app"): Promise<number> {
  const ids = { "x-apideck-app-id": app, "x-apideck-consumer-id": consumer };
  const headers = { ...ids, authorization: "Bearer shared" };
  return (await fetch(`${server.url}/vault/sessions`, { method: "POST", headers })).status;
}

async function message(call: Promise<unknown>, kind: new () => Error): Promise<string> {
  const error: unknown = await call.then(() => undefined, (thrown) => thrown);
  expect(error).toBeInstanceOf(kind);
  return (error as Error).message;
}

test("what steers goes to each", async () => {
  expect(both.url).toBe(left.url);
  await both.clock.advance(3600);
  await both.faults.inject("status=503");
  await both.settings.change({ validation: "lenient" });
  for (const server of [left, right]) {
    expect(await server.clock.now()).toEqual(new Date("2026-01-31T13:00:00Z"));
    expect(await create(server, "one")).toBe(503);
    expect((await server.settings.read()).validation).toBe("lenient");
  }
  await both.reset();
  for (const server of [left, right]) {
    expect(await create(server, "one")).toBe(200);
    expect(await server.journal.requests()).toHaveLength(1);
  }
});

test("clocks that ran stop at the same moment", async () => {
  await both.clock.resume();
  const stopped = await both.clock.freeze();
  expect(await left.clock.now()).toEqual(stopped);
  expect(await right.clock.now()).toEqual(stopped);
});

test("a tenant is at each, and a new secret is the same everywhere", async () => {
  const shop = await both.addTenant({ app_id: "shop" });
  await shop.faults.inject("status=503; times=1, ok");
  expect([await create(left, "one", "shop"), await create(right, "one", "shop")]).toEqual([503, 503]);
  await both.removeTenant("shop");
  expect([...(await left.tenantApps()), ...(await right.tenantApps())]).toEqual([]);
  await both.rotateKey();
  await VaultServer.connect(left.url, { replicas: [left.url, right.url] });
});

test("journals are merged by time", async () => {
  for (const [server, consumer] of [[left, "1"], [right, "2"], [left, "3"]] as const) {
    await create(server, consumer);
    await both.clock.advance(1);
  }
  const consumers = async (query = {}) => (await both.journal.requests(query)).map((one) => one.consumer_id);
  expect(await consumers()).toEqual(["1", "2", "3"]);
  expect(await consumers({ limit: 2 })).toEqual(["2", "3"]);
  expect(await consumers({ limit: 0 })).toEqual([]);
  expect((await both.journal.last())?.consumer_id).toBe("3");
  await both.settings.change({ journal_capacity: 1 });
  expect(await both.journal.dropped()).toBe(1);
});

test("counts are summed before they are judged", async () => {
  await both.expect({ times: 3, path: "/vault/sessions", name: "the sessions" });
  await both.expect({ most: 3 });
  for (const server of [left, right]) await create(server, "1");
  const text = await message(both.verify(), UnmetExpectation);
  expect(text).toMatch(/^the sessions: expected exactly 3, found 2 at all replicas\n/);
  for (const server of [left, right]) {
    expect(text).toContain(`at ${server.url}: the sessions: expected exactly 3, found 1`);
  }
  await create(right, "2");
  await both.verify();
  await create(left, "1");
  expect(await message(both.verify(), UnmetExpectation)).toContain("expected exactly 3, found 4 at all replicas");
  await both.forgetExpected();
  await both.verify();
  const refused = await message(both.expect({ least: 2, most: 1 }), VaultError);
  expect(refused).toMatch(`the replica at ${left.url}: `);
});

test("an upper bound is not met by requests that were dropped", async () => {
  await both.expect({ most: 5 });
  for (const consumer of ["1", "2"]) await create(right, consumer);
  await both.verify();
  await right.settings.change({ journal_capacity: 1 });
  expect(await message(both.verify(), UnmetExpectation)).toContain("the journal has dropped");
});

test("connections are read where the consumer is", async () => {
  const connections = both.connections("1", "app");
  await connections.put(XERO, "added");
  await create(right, "1");
  await connections.apply(XERO, "authorize");
  const states = [left, right, both].map(async (server) => {
    const all = await server.connections("1", "app").all();
    return all.find((one) => one.id === XERO)?.state;
  });
  expect(await Promise.all(states)).toEqual(["added", "authorized", "authorized"]);
});

test.each([
  [["--secret", "other"], "signs with another secret than the one at "],
  [["--api-key", "other"], "takes another API key than the one at "],
  [["--app-id", "other"], "knows another app than the one at "],
  [["--clock-scale", "2"], "has a clock of speed 2, and the one at "],
])("a replica that differs is named: %s", async (flags, difference) => {
  const other = await serving(...flags);
  const connected = VaultServer.connect(left.url, { replicas: [left.url, right.url, other.url] });
  expect(await message(connected, VaultError)).toMatch(`the replica at ${other.url} ${difference}`);
});

test("a clock that shows another time is named", async () => {
  await right.clock.advance(1);
  const connected = VaultServer.connect(left.url, { replicas: [left.url, right.url] });
  expect(await message(connected, VaultError)).toMatch(`the replica at ${right.url} has a clock that is +1 s off`);
});

test("a replica of another release is named", async () => {
  const newer = createServer((request, response) => {
    const isHealth = request.url === "/__vault_mock/health";
    response.end(JSON.stringify(isHealth ? { status: "ok", version: "0.1.99" } : {}));
  });
  await new Promise<void>((resolve) => newer.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(newer.address() as AddressInfo).port}`;
  const connected = VaultServer.connect(left.url, { replicas: [left.url, url] });
  expect(await message(connected, VaultError)).toMatch(`the replica at ${url} is vault-mock 0.1.99, and the one`);
  newer.close();
});

test("a replica that is gone is named", async () => {
  await right.shutdown();
  expect(await message(both.clock.advance(1), VaultError)).toMatch(`the replica at ${right.url}: no answer from`);
});
