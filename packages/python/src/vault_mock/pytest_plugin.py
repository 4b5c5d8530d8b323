"""Fixtures for pytest: a server for the run, and a Vault of its own for each test."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Generator, Iterator

import pytest

from vault_mock import UnmetExpectation, Vault, VaultError, VaultServer

_VAULT = pytest.StashKey[Vault]()


def pytest_addoption(parser: pytest.Parser) -> None:
    text = "more flags of `vault-mock serve`, such as --validation lenient"
    parser.addini("vault_mock_arguments", text, type="args")


@pytest.fixture(scope="session")
def vault_mock_server(pytestconfig: pytest.Config) -> Iterator[VaultServer]:
    """The server of this run, or of this worker of xdist.

    With the variable `VAULT_MOCK_URL` it is the one that runs there, with the variables
    `VAULT_MOCK_ADMIN_TOKEN` and `VAULT_MOCK_API_KEY`.
    """
    with _in_one_piece():
        server = _server(pytestconfig)
    yield server
    server.shutdown()


@pytest.fixture
def vault_mock(
    vault_mock_server: VaultServer, request: pytest.FixtureRequest
) -> Iterator[Vault]:
    """A Vault for this test alone; whatever it expects and does not get fails the test."""
    with _in_one_piece():
        vault = vault_mock_server.add_tenant()
    request.node.stash[_VAULT] = vault
    yield vault
    # A server that has ended was reported already.
    with contextlib.suppress(VaultError):
        vault_mock_server.remove_tenant(str(vault.app_id))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Verifies while the test still runs: what fails after it would count as an error of a fixture."""
    try:
        result = yield
    except BaseException:
        # Whether the server is there explains more than a refused connection.
        if vault := item.stash.get(_VAULT, None):
            try:
                vault.clock.now()
            except VaultError as error:
                item.add_report_section("call", "vault-mock", str(error))
        raise
    if vault := item.stash.get(_VAULT, None):
        with _in_one_piece():
            vault.verify()
    return result


def _server(config: pytest.Config) -> VaultServer:
    given = os.environ.get
    if url := given("VAULT_MOCK_URL"):
        token, key = given("VAULT_MOCK_ADMIN_TOKEN"), given("VAULT_MOCK_API_KEY")
        return VaultServer.connect(url, admin_token=token, api_key=key)
    return VaultServer.start(arguments=config.getini("vault_mock_arguments"))


@contextlib.contextmanager
def _in_one_piece() -> Iterator[None]:
    """Fails with the text of an error alone: a traceback of this file helps nobody."""
    try:
        yield
    except (UnmetExpectation, VaultError) as error:
        text = str(error)
    else:
        return
    pytest.fail(text, pytrace=False)
