// The handle against the mock's OpenAPI document: every operation, and every member of each.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";

import { Ajv2020 } from "ajv/dist/2020.js";
import ts from "typescript";
import { type Change, type ConnectionState, type RuleSettings, Vault, VaultServer, program } from "vault-mock";
import manifest from "vault-mock/package.json" with { type: "json" };
import { beforeAll, expect, test } from "vitest";

/** What a test has no use for. */
const UNUSED = ["adminReady", "metrics", "openapi", "readClient", "authorize", "checkExpectation"];
/** What only the Rust handle sends. */
const UNSAID = ["no_headers", "no_body", "outcome"];
const PREFIX = "/__vault_mock";

const document = JSON.parse(execFileSync(program(), ["openapi"], { encoding: "utf8" }));
const operations: [string, any][] = Object.entries<any>(document.paths).flatMap(([path, methods]) =>
  Object.entries<any>(methods)
    .filter(([, { operationId }]) => path.startsWith(PREFIX) && !UNUSED.includes(operationId))
    .map(([method, operation]): [string, any] => [`${method.toUpperCase()} ${path}`, operation]),
);

interface Asked {
  place: string;
  query: string[];
  body: Record<string, unknown> | undefined;
}
const asked: Asked[] = [];

const states: Record<ConnectionState, 0> = { available: 0, added: 0, authorized: 0, callable: 0, invalid: 0 };
const changes: Record<Change, 0> = { enable: 0, disable: 0, authorize: 0, revoke: 0, refuse: 0, delete: 0, save: 0 };

/** Calls every method, with everything that it can be given. */
beforeAll(async () => {
  const answer = {
    now: "2026-01-01T00:00:00Z", faults: [], entries: [], dropped: 0, tenants: [], connections: [],
    version: manifest.version,
  };
  const listener = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const { pathname, searchParams } = new URL(request.url!, "http://mock");
    asked.push({
      place: `${request.method} ${pathname}`,
      query: [...searchParams.keys()],
      body: body === "" ? undefined : JSON.parse(body),
    });
    response.end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(listener.address() as AddressInfo).port}`;

  const every: RuleSettings = {
    validation: "off", session_length_dialect: "ms", schema_fault: 422, enforce_actions: true,
    default_session_length: "2h", long_sessions: "accepted", unknown_names: true, null_body: true,
    byte_order_mark: true, any_content_type: true, bare_tokens: true, foreign_ids: true,
    scope_claims: false, concealed_methods: true,
    expiry_rule: "inclusive", issued_at_tolerance: 1, request_limit: 1, rate_limit: "1/second",
    oauth_provider: "asks", oauth_confirmation: true, directives: true, developer_corner: true,
    external_images: true, body_limit: 1, journal_capacity: 1, changed_consumers: 1,
  };
  const owner = { app_id: "app", consumer_id: "consumer" };
  const server = await VaultServer.connect(url);
  const vault: Vault = await server.addTenant({ app_id: "app", api_key: "key", secret: "secret", ...every });
  await server.tenantApps();
  await server.removeTenant("app");
  await vault.clock.now();
  await vault.clock.advance(1);
  await vault.clock.set(new Date("2026-01-01T00:00:00Z"));
  await vault.clock.advanceToExpiry("token", -1);
  await vault.clock.scale(60);
  await vault.clock.freeze();
  await vault.clock.resume();
  await vault.faults.inject("ok", { method: "POST", ...owner });
  await vault.faults.injected();
  await vault.faults.clear({ method: "POST", ...owner });
  await vault.journal.requests({ path: "/", status: 200, outcome: "refused", limit: 1, ...owner });
  await vault.journal.clear();
  await vault.settings.read();
  await vault.settings.change(every);
  await vault.rotateKey({ secret: "secret", overlap: 1 });
  const connections = vault.connections("consumer");
  await connections.all();
  for (const state of Object.keys(states)) await connections.put("crm+close", state as ConnectionState);
  for (const change of Object.keys(changes)) {
    await connections.apply("crm+close", change as Change, change === "save" ? {} : undefined);
  }
  await connections.reset();
  const matching = { name: "n", method: "GET", path: "/", status: 200, headers: { a: "b" }, body: { "": {} } };
  const allow_actions = ["delete", "disconnect", "reauthorize", "disable"] as const;
  await vault.expect({ times: 1, allow_actions, ...matching, ...owner });
  await vault.verify();
  await vault.forgetExpected();
  await vault.reset();
  listener.close();
});

test("every operation is called", () => {
  const places = operations.map(([place]) => place);
  expect(new Set(asked.map(({ place }) => place))).toEqual(new Set(places));
});

test.for(operations)("%s is as described and whole", ([place, operation]) => {
  const calls = asked.filter((call) => call.place === place);
  const said = new Set(calls.flatMap(({ query }) => query));
  const parameters = (operation.parameters ?? []).map(({ name }: { name: string }) => name);
  expect(said).toEqual(new Set(parameters.filter((name: string) => name !== "scope")));

  let schema = operation.requestBody?.content["application/json"].schema;
  if (schema === undefined) {
    expect(calls.every(({ body }) => body === undefined)).toBe(true);
    return;
  }
  if (schema.$ref) schema = document.components.schemas[schema.$ref.split("/").at(-1)];
  const shapes: any[] = schema.oneOf ?? [schema];
  const ajv = new Ajv2020({ strict: false });
  const valid = ajv.compile({ anyOf: shapes, components: document.components });
  for (const { body } of calls) expect(valid(body), JSON.stringify(valid.errors)).toBe(true);
  const members = new Set(calls.flatMap(({ body }) => Object.keys(body!)));
  // A moment can be said in two ways; the handle says it in one.
  const unsaid = ["unix_seconds", ...UNSAID];
  const known = shapes.flatMap(({ properties }) => Object.keys(properties)).filter((name) => !unsaid.includes(name));
  expect(members).toEqual(new Set(known));
});

test("the types have the members that are described", () => {
  const { schemas, responses } = document.components;
  const faults = responses.Faults.content["application/json"].schema.properties.faults.items;
  const kinds = schemas.Outcome.oneOf.flatMap(({ properties }: any) => Object.keys(properties));
  for (const [name, known] of [
    ["RuleSettings", Object.keys(schemas.MockSettings.properties)],
    ["Recorded", Object.keys(schemas.Recorded.properties)],
    ["Outcome", kinds],
    ["Connection", Object.keys(schemas.ConnectionInShort.properties)],
    ["InjectedFault", Object.keys(faults.properties)],
  ] as const) {
    expect(declared(name), name).toEqual(new Set(known));
  }
  expect(new Set(Object.keys(states))).toEqual(new Set(schemas.ConnectionState.enum));
  expect(declared("OutcomeKind")).toEqual(new Set(schemas.OutcomeKind.enum));
});

/** The members of an interface, or of a union of texts, as the package declares it. */
function declared(name: string): Set<string> {
  const file = createRequire(import.meta.url).resolve("vault-mock").replace(/\.js$/, ".d.ts");
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest);
  for (const statement of source.statements) {
    if (ts.isInterfaceDeclaration(statement) && statement.name.text === name) {
      return new Set(statement.members.map((member) => (member.name as ts.Identifier).text));
    }
    if (ts.isTypeAliasDeclaration(statement) && statement.name.text === name) {
      const { types } = statement.type as ts.UnionTypeNode;
      return new Set(types.map((type) => ((type as ts.LiteralTypeNode).literal as ts.StringLiteral).text));
    }
  }
  throw new Error(`${name} is not declared`);
}
