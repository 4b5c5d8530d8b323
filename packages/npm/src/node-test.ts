/** For node:test: a server for each file, and a Vault of its own for each test. */

import { type TestContext, test as base } from "node:test";

import { type Vault, VaultServer } from "./index.js";

export type VaultTest = (given: { vaultMock: Vault; context: TestContext }) => unknown;

/** A function for `test`, `it` and their like; whatever it expects and does not get fails the test. */
export function withVault(run: VaultTest): (context: TestContext) => Promise<void> {
  return async (context) => {
    const server = await VaultServer.shared();
    await server.withTenant((vaultMock) => run({ vaultMock, context }));
  };
}

/** node:test's `test`, with `vaultMock`. */
export function test(name: string, run: VaultTest): Promise<void> {
  return base(name, withVault(run));
}
