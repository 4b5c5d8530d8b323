// @vitest-environment jsdom
// The published Vault widget, as an application has it on its page, and what it fetches.

import { Vault as Widget } from "@apideck/react-vault";
import { createElement } from "react";
import { createRoot } from "react-dom/client";
import { test } from "vault-mock/vitest";
import { expect, vi } from "vitest";

test("the widget shows what the mock has", async ({ vaultMock }) => {
  const { url, appId, apiKey } = vaultMock;
  const created = await fetch(`${url}/vault/sessions`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${apiKey}`,
      "x-apideck-app-id": appId!,
      "x-apideck-consumer-id": "account:12345",
    },
  });
  const token: string = (await created.json()).data.session_token;
  await vaultMock.journal.clear();

  const list = { path: "/vault/connections", consumer_id: "account:12345" };
  await vaultMock.expect({ ...list, least: 1, status: 200, headers: { "x-apideck-auth-type": "JWT" } });
  const root = createRoot(document.body.appendChild(document.createElement("div")));
  root.render(createElement(Widget, { token, unifyBaseUrl: url, open: true }));
  await vi.waitFor(() => expect(document.body.textContent).toContain("Salesforce"), 20_000);
  root.unmount();
  expect(await vaultMock.journal.requests(list)).not.toEqual([]);
});
