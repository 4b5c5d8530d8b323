#!/usr/bin/env node
// The program itself, as `npx vault-mock serve` starts it.

import { spawn } from "node:child_process";
import process from "node:process";

import { VaultError, program } from "../dist/index.js";

try {
  const child = spawn(program(), process.argv.slice(2), { stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
  child.on("error", (error) => fail(error.message));
  child.on("exit", (code) => process.exit(code ?? 1));
} catch (error) {
  if (!(error instanceof VaultError)) throw error;
  fail(error.message);
}

function fail(message) {
  console.error(`vault-mock: ${message}`);
  process.exit(1);
}
