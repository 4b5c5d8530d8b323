// What a run of vitest, and of node:test, prints when a test is red.

import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { afterAll, beforeAll, expect, test } from "vitest";

const folder = fileURLToPath(new URL("red", import.meta.url));

const create = `
const create = ({ url, appId, apiKey }, consumer) => fetch(\`\${url}/vault/sessions\`, { method: "POST", headers: {
  authorization: \`Bearer \${apiKey}\`, "x-apideck-app-id": appId, "x-apideck-consumer-id": consumer } });
`;
const red = `${create}
test("green", async ({ vaultMock }) => {
  await vaultMock.expect({ times: 1 });
  await create(vaultMock, "account:12345");
});
test("red", async ({ vaultMock }) => {
  await vaultMock.expect({ times: 1, name: "the dashboard's session", consumer_id: "account:12345" });
  await create(vaultMock, "account:54321");
});
test("wrong", async ({ vaultMock }) => {
  await vaultMock.expect({ name: "not looked at" });
  throw new Error("what a test says itself comes first");
});
`;

beforeAll(() => {
  mkdirSync(folder, { recursive: true });
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function run(file: string, content: string, ...command: string[]): string {
  writeFileSync(`${folder}/${file}`, content);
  const { NODE_TEST_CONTEXT: _, VITEST: __, ...env } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { cwd: folder, env, encoding: "utf8" });
  expect(status, stdout + stderr).toBe(1);
  return stdout + stderr;
}

test("vitest", () => {
  const vitest = fileURLToPath(new URL("node_modules/vitest/vitest.mjs", import.meta.url));
  const content = `import { test } from "vault-mock/vitest";${red}`;
  const output = run("red.test.ts", content, vitest, "run", "--root", folder, "--no-color");
  expect(output).toMatch(/Tests\s+2 failed \| 1 passed/);
  told(output);
});

test("node --test", () => {
  const output = run("red.mjs", `import { test } from "vault-mock/node-test";${red}`, "--test", "red.mjs");
  expect(output).toMatch(/pass 1\n.*fail 2/);
  told(output);
});

function told(output: string): void {
  expect(output).toContain("the dashboard's session");
  expect(output).toContain("account:54321");
  expect(output).toContain("what a test says itself comes first");
  expect(output).not.toContain("not looked at: expected");
}
