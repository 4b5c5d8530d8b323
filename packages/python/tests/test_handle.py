"""What goes wrong around a server, in one sentence each."""

from __future__ import annotations

import http.server
import os
import re
import signal
import socket
import sysconfig
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from importlib import metadata

import pytest

from vault_mock import UnmetExpectation, VaultError, VaultServer

NOON = datetime(2026, 1, 31, 12, tzinfo=timezone.utc)


def refused(start: Callable[[], object], text: str) -> None:
    """The text is one line, but for the log of a server."""
    with pytest.raises(VaultError) as raised:
        start()
    assert re.fullmatch(text, str(raised.value)), str(raised.value)


@pytest.fixture
def server() -> Iterator[VaultServer]:
    with VaultServer.start() as server:
        yield server


def test_no_program_for_a_platform(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metadata, "files", lambda _: [])
    monkeypatch.setenv("PATH", "")
    platform = sysconfig.get_platform()
    refused(VaultServer.start, f"the package vault-mock has no program for {platform}: .*cargo.*")


def test_a_program_that_is_missing() -> None:
    start = lambda: VaultServer.start(program="/nowhere/vault-mock")
    refused(start, "the program /nowhere/vault-mock is missing: install the package .* again")


def test_a_program_that_is_not_executable(executable: Callable[[bytes, int], str]) -> None:
    path = executable(b"\x7fELF", 0o644)
    refused(lambda: VaultServer.start(program=path), f"the program {path} cannot be executed: .+")


def test_a_program_for_another_platform(executable: Callable[[bytes, int], str]) -> None:
    path = executable(b"\x7fELF and the rest of it is missing", 0o755)
    refused(lambda: VaultServer.start(program=path), "the program .* is for another platform than .*")


def test_a_program_that_is_something_else(executable: Callable[[bytes, int], str]) -> None:
    path = executable(b"#!/bin/sh\necho Hello\n", 0o755)
    refused(lambda: VaultServer.start(program=path), f"{path} did not start: it said nothing")


def test_the_variable_names_a_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAULT_MOCK_PROGRAM", "/nowhere/mine")
    refused(VaultServer.start, "the program /nowhere/mine is missing: .*")


def test_a_port_that_is_taken() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        address = "127.0.0.1:{}".format(listener.getsockname()[1])
        text = f".* did not start: vault-mock: cannot listen on {address}: Address already in use.*"
        refused(lambda: VaultServer.start(address=address), text)


def test_flags_that_are_wrong() -> None:
    with pytest.raises(VaultError, match="did not start: .*--unknown"):
        VaultServer.start(arguments=["--unknown"])


def test_a_server_that_dies() -> None:
    text = "the server has ended by SIGKILL; its last words:\n.*listening"
    with pytest.raises(VaultError, match=text), VaultServer.start() as server:
        assert server._process
        while not server._process._log:  # The program writes its log beside its answers.
            server.clock.now()
        os.kill(server._process._child.pid, signal.SIGKILL)
    with pytest.raises(VaultError, match=text):
        server.clock.now()


def test_a_server_that_is_not_there() -> None:
    start = lambda: VaultServer.connect("http://127.0.0.1:1")
    refused(start, "no answer from http://127.0.0.1:1: .*Connection refused")


def test_an_admin_token_that_is_wrong_or_missing() -> None:
    with VaultServer.start(admin_token="right") as started:
        VaultServer.connect(started.url, admin_token="right").clock.now()
        other = VaultServer.connect(started.url, admin_token="wrong")
        refused(other.clock.now, "the admin API refuses: this is not the admin token")
        other = VaultServer.connect(started.url)
        refused(other.clock.now, "the admin API refuses: send the admin token: .*")


class Other(http.server.BaseHTTPRequestHandler):
    answer = b""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.answer)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def other() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Other) as listener:
        threading.Thread(target=listener.serve_forever).start()
        yield f"http://127.0.0.1:{listener.server_address[1]}"
        listener.shutdown()


@pytest.mark.parametrize(("version", "age"), [("0.0.9", "older"), ("99.0.0", "newer")])
def test_a_server_of_another_version(
    other: str, monkeypatch: pytest.MonkeyPatch, version: str, age: str
) -> None:
    here = metadata.version("vault-mock")
    monkeypatch.setattr(Other, "answer", b'{"status":"ok","version":"%s"}' % version.encode())
    text = f"the server is vault-mock {version}, {age} than this package, {here}: install .*"
    refused(lambda: VaultServer.connect(other), text)


def test_a_later_fix_of_the_same_version_is_fine(
    other: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    major, minor, *_ = metadata.version("vault-mock").split(".")
    monkeypatch.setattr(Other, "answer", f'{{"version":"{major}.{minor}.99-rc.1"}}'.encode())
    VaultServer.connect(other)


@pytest.mark.parametrize("answer", [b"<html>", b"[]", b"{}", b'{"version":1}'])
def test_a_server_that_is_something_else(
    other: str, monkeypatch: pytest.MonkeyPatch, answer: bytes
) -> None:
    monkeypatch.setattr(Other, "answer", answer)
    refused(lambda: VaultServer.connect(other), f"what answers at {other} is not a vault-mock")


def test_a_proxy_of_the_environment_is_not_asked(
    server: VaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    server.clock.now()


def test_what_a_shell_says_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAULT_MOCK_API_KEY_FILE", "/nowhere")
    monkeypatch.setenv("VAULT_MOCK_ADDR", "192.0.2.1:1")
    with VaultServer.start() as server:
        assert server.api_key and server.url.startswith("http://127.0.0.1:")


def test_mistakes_are_told_with_their_place(server: VaultServer) -> None:
    refused(
        lambda: server.faults.inject("ok, status=9000"),
        "PUT /faults: .*; #/behaviour: invalid fault at byte 4: a status is a number .*",
    )
    refused(
        lambda: server.journal.requests(status=20), "GET /journal: .*; status: it must be .*"
    )


def test_a_time_needs_its_zone(server: VaultServer) -> None:
    with pytest.raises(ValueError, match="no time zone"):
        server.clock.set(datetime(2026, 1, 1))
    assert server.clock.set(NOON + timedelta(microseconds=7)) == NOON + timedelta(microseconds=7)
    assert server.clock.advance(timedelta(days=7)) == NOON + timedelta(days=7, microseconds=7)


def test_connections_of_the_server_need_an_app(server: VaultServer) -> None:
    with pytest.raises(ValueError, match="Give the app_id"):
        server.connections("account:12345")
    connections = server.add_tenant().connections("account:12345")
    assert connections.put("crm+salesforce", "invalid")["state"] == "invalid"


def test_a_tenant_goes_with_its_block_and_what_it_expects_is_verified(server: VaultServer) -> None:
    with pytest.raises(UnmetExpectation, match="never"), server.add_tenant("shop") as vault:
        vault.expect(name="never")
    assert server.tenant_apps() == []
    with pytest.raises(KeyError), server.add_tenant("shop") as vault:
        vault.expect(name="never")
        raise KeyError("the first thing that goes wrong is told")


def test_a_server_stops_with_its_block() -> None:
    with VaultServer.start() as server:
        process = server._process
    assert process and process._child.returncode == 0
    refused(server.clock.now, "the server has ended with exit code 0; .*(.|\n)*")
