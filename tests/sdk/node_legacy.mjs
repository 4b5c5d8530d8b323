// npm @apideck/node, the older SDK, against vault-mock.

import assert from "node:assert/strict";

import legacy from "@apideck/node";

const sdk = (apiKey) =>
  new legacy.Apideck({
    basePath: process.env.VAULT_MOCK_URL,
    apiKey,
    appId: "sdk-app",
    consumerId: "js-legacy",
  });

// It throws the response itself.
async function raises(status, typeName, call) {
  const response = await call().then(() => assert.fail("nothing was thrown"), (thrown) => thrown);
  assert.equal(response.status, status);
  assert.equal((await response.json()).type_name, typeName);
}

const { vault } = sdk("KEY");
const session = { redirect_uri: "https://mysaas.com/dashboard", settings: { allow_actions: [] } };
const created = await vault.sessionsCreate({ session });
assert.ok(created.data.session_uri);

const listed = await vault.connectionsAll({});
assert.deepEqual(listed.data.slice(0, 2).map(({ id }) => id), ["crm+salesforce", "hris+bamboohr"]);
const close = { serviceId: "close", unifiedApi: "crm" };
const update = async (connection) => (await vault.connectionsUpdate({ ...close, connection })).data;
assert.equal((await update({ enabled: true })).state, "added");
assert.equal((await update({ settings: { api_key: "k" } })).state, "callable");
const salesforce = { serviceId: "salesforce", unifiedApi: "crm" };
await vault.connectionsDelete(salesforce);
assert.equal((await vault.connectionsOne(salesforce)).data.state, "available");

await raises(401, "UnauthorizedError", () => sdk("wrong").vault.sessionsCreate({}));
await raises(404, "ConnectionNotFoundError", () => vault.connectionsOne({ ...close, serviceId: "x" }));
await raises(422, "InvalidStateError", () => vault.connectionsToken(close));
console.log("@apideck/node (npm): as the service");
