// node:test with the official SDK, and with a plain `describe` and `it`.

import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { Apideck } from "@apideck/unify";
import { test, withVault } from "vault-mock/node-test";

test("a session is created", async ({ vaultMock }) => {
  const { url, appId, apiKey } = vaultMock;
  const sdk = new Apideck({ serverURL: url, appId: appId!, consumerId: "account:12345", apiKey: apiKey! });
  await vaultMock.expect({ times: 1, consumer_id: "account:12345" });
  const created = await sdk.vault.sessions.create({});
  assert.ok(created.createSessionResponse?.data.sessionUri);
});

describe("time", { concurrency: true }, () => {
  for (const hours of [1, 2, 3]) {
    it(`is a test's own: ${hours}`, withVault(async ({ vaultMock, context }) => {
      const before = await vaultMock.clock.now();
      const after = await vaultMock.clock.advance(hours * 3600);
      assert.equal(after.getTime() - before.getTime(), hours * 3_600_000, context.name);
    }));
  }
});
