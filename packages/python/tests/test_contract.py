"""The handle against the mock's OpenAPI document: every operation, and every member of each."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any, cast, get_args

import jsonschema
import pytest

import vault_mock
from vault_mock import Vault, VaultServer

#: What a test has no use for.
UNUSED = {"adminReady", "metrics", "openapi", "readClient", "authorize", "checkExpectation"}
#: Members that only the Rust handle sends.
UNSAID = {"no_headers", "no_body", "outcome"}
ANSWER: dict[str, Any] = {
    "now": "2026-01-01T00:00:00Z", "faults": [], "entries": [], "dropped": 0, "tenants": [],
    "connections": [],
}  # fmt: skip


class Recorder:
    """Stands for the admin API, and keeps what it is asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, Any, Any]] = []

    def __call__(self, method: str, path: str, query: Any, body: Any) -> Any:
        self.asked.append((method, path, query, body))
        return ANSWER

    def caller(self, _app_id: str | None) -> Recorder:
        """Whichever Vault is called, the calls are kept together."""
        return self


@pytest.fixture
def asked() -> list[tuple[str, str, Any, Any]]:
    """What every method of the handle asks, with everything that it can be given."""
    recorder = Recorder()
    vault = Vault(recorder, "http://127.0.0.1:1", "app", "key")
    server = VaultServer.__new__(VaultServer)
    server._call = recorder
    server.api_key, server.url = "key", vault.url
    server._admin = cast(vault_mock._Admin, recorder)

    every: dict[str, Any] = {
        "validation": "off", "session_length_dialect": "ms", "schema_fault": 422,
        "default_session_length": "2h", "long_sessions": "accepted", "unknown_names": True,
        "null_body": True, "byte_order_mark": True, "any_content_type": True, "bare_tokens": True,
        "foreign_ids": True, "scope_claims": False, "concealed_methods": True,
        "enforce_actions": True, "expiry_rule": "inclusive", "issued_at_tolerance": 1,
        "request_limit": 1, "rate_limit": "1/second", "oauth_provider": "asks",
        "oauth_confirmation": True, "directives": True, "developer_corner": True,
        "external_images": True, "body_limit": 1, "journal_capacity": 1, "changed_consumers": 1,
    }  # fmt: skip
    assert every.keys() == vault_mock.RuleSettings.__annotations__.keys()
    owner: Any = {"app_id": "app", "consumer_id": "consumer"}

    recorder("GET", "/health", {}, None)
    vault.clock.now()
    vault.clock.advance(1)
    vault.clock.set(datetime(2026, 1, 1, tzinfo=timezone.utc))
    vault.clock.advance_to_expiry("token", -1)
    vault.clock.scale(60)
    vault.clock.freeze()
    vault.clock.resume()
    vault.faults.inject("ok", method="POST", **owner)
    vault.faults.injected()
    vault.faults.clear(method="POST", **owner)
    vault.journal.requests(path="/", status=200, outcome="refused", limit=1, **owner)
    vault.journal.clear()
    vault.settings.read()
    vault.settings.change(**every)
    vault.rotate_key("secret", overlap=1)
    connections = vault.connections("consumer")
    connections.all()
    for state in get_args(vault_mock.State):
        connections.put("crm+close", state)
    for change in get_args(vault_mock.Change):
        connections.apply("crm+close", change, {} if change == "save" else None)
    connections.reset()
    matching: dict[str, Any] = {"name": "n", "method": "GET", "path": "/", "status": 200}
    matching["allow_actions"] = get_args(vault_mock.Action)
    vault.expect(1, headers={"a": "b"}, body={"": {}}, **matching, **owner)
    vault.verify()
    vault.forget_expected()
    vault.reset()
    server.add_tenant("app", api_key="key", secret="secret", **every)
    server.tenant_apps()
    server.remove_tenant("app")
    return recorder.asked


def operations(openapi: Any) -> dict[tuple[str, str], Any]:
    return {
        (method.upper(), path.removeprefix("/__vault_mock")): operation
        for path, methods in openapi["paths"].items()
        for method, operation in methods.items()
        if path.startswith("/__vault_mock") and operation["operationId"] not in UNUSED
    }


def schemas(openapi: Any, operation: Any) -> list[Any]:
    """The shapes that a body may have."""
    content = operation.get("requestBody", {}).get("content", {})
    schema = content.get("application/json", {}).get("schema")
    if schema is None:
        return []
    if "$ref" in schema:
        schema = openapi["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    return list(schema.get("oneOf", [schema]))


def test_every_operation_is_called(openapi: Any, asked: list[Any]) -> None:
    assert {(method, path) for method, path, _, _ in asked} == operations(openapi).keys()


def test_bodies_are_as_described_and_whole(openapi: Any, asked: list[Any]) -> None:
    for place, operation in operations(openapi).items():
        bodies = [body for method, path, _, body in asked if (method, path) == place]
        shapes = schemas(openapi, operation)
        if not shapes:
            assert bodies == [None] * len(bodies), place
            continue
        for body in bodies:
            schema = {"anyOf": shapes, "components": openapi["components"]}
            jsonschema.Draft202012Validator(schema).validate(json.loads(json.dumps(body)))
        said = {member for body in bodies for member in body}
        known = {member for shape in shapes for member in shape["properties"]}
        # A moment can be said in two ways; the handle says it in one.
        assert said == known - {"unix_seconds"} - UNSAID, place


def test_queries_are_as_described_and_whole(openapi: Any, asked: list[Any]) -> None:
    for place, operation in operations(openapi).items():
        said = {name for method, path, query, _ in asked if (method, path) == place for name in query}
        known = {parameter["name"] for parameter in operation.get("parameters", [])}
        # Only the Rust handle ends the faults of everybody alone.
        assert said == known - {"scope"}, place


def test_answers_have_the_members_of_the_types(openapi: Any) -> None:
    described = openapi["components"]["schemas"]
    faults = openapi["components"]["responses"]["Faults"]["content"]["application/json"]
    kinds = described["Outcome"]["oneOf"]
    for type_, known in [
        (vault_mock.RuleSettings, described["MockSettings"]["properties"]),
        (vault_mock.Recorded, described["Recorded"]["properties"]),
        (vault_mock.Outcome, {name for kind in kinds for name in kind["properties"]}),
        (vault_mock.Connection, described["ConnectionInShort"]["properties"]),
        (vault_mock.InjectedFault, faults["schema"]["properties"]["faults"]["items"]["properties"]),
    ]:
        assert set(type_.__annotations__) == set(known), type_


def test_names_are_those_that_are_described(openapi: Any) -> None:
    described = openapi["components"]["schemas"]
    assert set(get_args(vault_mock.State)) == set(described["ConnectionState"]["enum"])
    assert set(get_args(vault_mock.OutcomeKind)) == set(described["OutcomeKind"]["enum"])
