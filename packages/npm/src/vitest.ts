/** Fixtures for vitest: a server for each worker, and a Vault of its own for each test. */

import { type TestAPI, test as base } from "vitest";

import { type Vault, VaultServer } from "./index.js";

/** vitest's `test`, with `vaultMock`; whatever it expects and does not get fails the test. */
export const test: TestAPI<{ vaultMock: Vault }> = base.extend<{ vaultMock: Vault }>({
  vaultMock: async ({ task }, use) => {
    const server = await VaultServer.shared();
    await server.withTenant(async (vault) => {
      await use(vault);
      // What a test says itself is the better report; `use` keeps it back.
      if (task.result?.state === "fail") await vault.forgetExpected();
    });
  },
});
