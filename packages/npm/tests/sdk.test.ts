// What a team writes: the official SDK as the code under test, and the fixture.

import { Apideck } from "@apideck/unify";
import { PaymentRequiredResponse, UnauthorizedResponse } from "@apideck/unify/models/errors/index.js";
import type { Vault } from "vault-mock";
import { test } from "vault-mock/vitest";
import { describe, expect } from "vitest";

const sdk = ({ url, appId, apiKey }: Vault, key = apiKey) =>
  new Apideck({ serverURL: url, appId: appId!, consumerId: "account:12345", apiKey: key! });

async function create(vault: Vault, settings = {}): Promise<string> {
  const created = await sdk(vault).vault.sessions.create({ session: { settings } });
  return created.createSessionResponse!.data.sessionToken;
}

test("a session ends", async ({ vaultMock }) => {
  const token = await create(vaultMock, { sessionLength: "30m" });
  const jwt = { fetchOptions: { headers: { "x-apideck-auth-type": "JWT" } } };
  const list = () => sdk(vaultMock, token).vault.connections.list({}, jwt);
  await vaultMock.clock.advance(30 * 60 - 1);
  await list();
  await vaultMock.clock.advance(1);
  await expect(list()).rejects.toThrow(UnauthorizedResponse);
});

test("a limit is reached once", async ({ vaultMock }) => {
  await vaultMock.faults.inject("status=402; times=1, ok");
  await expect(create(vaultMock)).rejects.toThrow(PaymentRequiredResponse);
  expect(await create(vaultMock)).toBeTruthy();
});

test("a session says what it should", async ({ vaultMock }) => {
  const body = { "/settings/allow_actions": [] };
  await vaultMock.expect({ times: 1, consumer_id: "account:12345", body });
  await create(vaultMock, { allowActions: [] });
  const [request] = await vaultMock.journal.requests();
  expect(request!.outcome.kind).toBe("session_created");
});

describe("tests at once", { concurrent: true }, () => {
  test.for(Array.from({ length: 20 }, (_, number) => number))("do not meet: %i", async (number, { vaultMock }) => {
    await vaultMock.expect({ times: number % 3 });
    await vaultMock.clock.advance(number * 3600);
    for (let made = 0; made < number % 3; made++) await create(vaultMock);
    expect(await vaultMock.journal.requests()).toHaveLength(number % 3);
  });
});
