"""What a team writes: the official SDK as the code under test, and the fixtures."""

from __future__ import annotations

from datetime import timedelta

import pytest
from apideck_unify import Apideck, models

from vault_mock import Vault

JWT = {"x-apideck-auth-type": "JWT"}


def sdk(vault: Vault, key: str | None = None) -> Apideck:
    return Apideck(
        api_key=key or vault.api_key,
        app_id=vault.app_id,
        consumer_id="account:12345",
        server_url=vault.url,
    )


def create(vault: Vault, settings: models.SettingsTypedDict | None = None) -> str:
    created = sdk(vault).vault.sessions.create(session={"settings": settings or {}})
    assert created.create_session_response
    return created.create_session_response.data.session_token


def test_a_session_ends(vault_mock: Vault) -> None:
    connections = sdk(vault_mock, create(vault_mock, {"session_length": "30m"})).vault.connections
    vault_mock.clock.advance(timedelta(minutes=30) - timedelta(seconds=1))
    connections.list(http_headers=JWT)
    vault_mock.clock.advance(1)
    with pytest.raises(models.UnauthorizedResponse):
        connections.list(http_headers=JWT)


def test_a_limit_is_reached_once(vault_mock: Vault) -> None:
    vault_mock.faults.inject("status=402; times=1, ok")
    with pytest.raises(models.PaymentRequiredResponse):
        create(vault_mock)
    assert create(vault_mock)


def test_a_session_says_what_it_should(vault_mock: Vault) -> None:
    vault_mock.expect(1, consumer_id="account:12345", body={"/settings/allow_actions": []})
    create(vault_mock, {"allow_actions": []})
    (request,) = vault_mock.journal.requests()
    assert request["outcome"]["kind"] == "session_created"


@pytest.mark.parametrize("number", range(20))
def test_tests_do_not_meet(vault_mock: Vault, number: int) -> None:
    vault_mock.expect(number % 3)
    vault_mock.clock.advance(number * 3600)
    for _ in range(number % 3):
        create(vault_mock)
    assert len(vault_mock.journal) == number % 3
