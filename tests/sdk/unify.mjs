// npm @apideck/unify against vault-mock.

import assert from "node:assert/strict";

import { Apideck } from "@apideck/unify";
import * as errors from "@apideck/unify/models/errors/index.js";

const sdk = (consumerId, apiKey = "KEY") =>
  new Apideck({ serverURL: process.env.VAULT_MOCK_URL, appId: "sdk-app", consumerId, apiKey });

async function raises(error, status, call) {
  await assert.rejects(call, (raised) => {
    assert.equal(raised.constructor, error, raised.constructor.name);
    assert.equal(raised.statusCode, status);
    assert.ok(raised.typeName && raised.message && raised.ref);
    return true;
  });
}

const client = sdk("js-unify");
const settings = { sessionLength: "30m", allowActions: [], unifiedApis: ["crm"] };
const session = { redirectUri: "https://mysaas.com/dashboard", settings };
const created = await client.vault.sessions.create({ session });
const { sessionUri, sessionToken } = created.createSessionResponse.data;
const claims = JSON.parse(Buffer.from(sessionToken.split(".")[1], "base64url"));
assert.equal(claims.consumer_id, "js-unify");
assert.deepEqual(claims.settings.allow_actions, []);
assert.equal(claims.exp - claims.iat, 1800);
assert.ok(sessionUri.endsWith(`/session/${sessionToken}`));

const { connections } = client.vault;
const listed = (await connections.list({ api: "crm" })).getConnectionsResponse.data;
assert.deepEqual(listed.map(({ id }) => id), ["crm+salesforce", "crm+close"]);
assert.deepEqual(listed.map(({ state }) => state), ["callable", "available"]);
const salesforce = { serviceId: "salesforce", unifiedApi: "crm" };
const one = (await connections.get(salesforce)).getConnectionResponse.data;
assert.equal(one.authType, "oauth2");
assert.ok(one.revokeUrl);
const close = { serviceId: "close", unifiedApi: "crm" };
const update = async (connection) =>
  (await connections.update({ ...close, connection })).updateConnectionResponse.data;
assert.equal((await update({ enabled: true })).state, "added");
assert.equal((await update({ settings: { api_key: "k" } })).state, "callable");
const checked = await client.vault.validateConnection.state(close);
assert.equal(checked.validateConnectionStateResponse.data.state, "callable");
const deleted = await connections.delete(salesforce);
assert.equal(deleted.httpMeta.response.status, 204);

const tooLong = { settings: { sessionLength: "2 weeks" } };
await raises(errors.BadRequestResponse, 400, () => client.vault.sessions.create({ session: tooLong }));
await raises(errors.UnauthorizedResponse, 401, () => sdk("c", "wrong").vault.sessions.create({}));
await raises(errors.PaymentRequiredResponse, 402, () =>
  connections.list({}, { fetchOptions: { headers: { "x-vault-mock": "status=402" } } }));
await raises(errors.NotFoundResponse, 404, () => connections.get({ ...close, serviceId: "nothing" }));
await raises(errors.UnprocessableResponse, 422, () => connections.token(salesforce));
console.log("@apideck/unify (npm): as the service");
