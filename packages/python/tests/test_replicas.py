"""Several servers, steered as one: what goes to each, what is gathered, and what must be alike."""

from __future__ import annotations

import contextlib
import http.client
import http.server
import json
import re
import threading
from collections.abc import Iterator
from datetime import datetime, timezone
from typing import Any

import pytest

from vault_mock import Recorded, UnmetExpectation, VaultError, VaultServer

NOON = "2026-01-31T12:00:00Z"
ALIKE = {"--secret": "shared", "--api-key": "shared", "--frozen-at": NOON}


@contextlib.contextmanager
def serving(*arguments: str) -> Iterator[VaultServer]:
    """A replica like all others, but for these arguments."""
    flags = ALIKE | dict(zip(arguments[::2], arguments[1::2]))
    frozen = flags.pop("--frozen-at")
    server = VaultServer.start(arguments=[part for flag in flags.items() for part in flag])
    try:
        server.clock.set(datetime.fromisoformat(frozen.replace("Z", "+00:00")))
        yield server
    finally:
        server.shutdown()


@pytest.fixture
def pair() -> Iterator[tuple[VaultServer, VaultServer, VaultServer]]:
    """Two replicas, and the handle to both."""
    with serving() as left, serving() as right:
        both = VaultServer.connect(left.url, api_key="shared", replicas=[left.url, right.url + "/"])
        yield left, right, both


def call(server: VaultServer, method: str, path: str, consumer: str, app: str = "app") -> int:
    host = server.url.removeprefix("http://")
    connection = http.client.HTTPConnection(host)
    headers = {"authorization": "Bearer shared", "x-apideck-app-id": app, "x-apideck-consumer-id": consumer}
    connection.request(method, path, headers=headers)
    with contextlib.closing(connection):
        return connection.getresponse().status


def create(server: VaultServer, consumer: str, app: str = "app") -> int:
    return call(server, "POST", "/vault/sessions", consumer, app)


def consumers(requests: list[Recorded]) -> list[str | None]:
    return [one["consumer_id"] for one in requests]


def xero(server: VaultServer) -> str:
    states = {one["id"]: one["state"] for one in server.connections("1", app_id="app").all()}
    return states["accounting+xero"]


Pair = tuple[VaultServer, VaultServer, VaultServer]


def test_what_steers_goes_to_each(pair: Pair) -> None:
    left, right, both = pair
    assert both.url == left.url
    both.clock.advance(3600)
    both.faults.inject("status=503")
    both.settings.change(validation="lenient")
    for server in left, right:
        assert server.clock.now() == datetime(2026, 1, 31, 13, tzinfo=timezone.utc)
        assert create(server, "one") == 503
        assert server.settings.read()["validation"] == "lenient"
    both.faults.clear()
    both.reset()
    for server in left, right:
        assert create(server, "one") == 200
        assert len(server.journal) == 1


def test_clocks_that_ran_stop_at_the_same_moment(pair: Pair) -> None:
    left, right, both = pair
    both.clock.resume()
    stopped = both.clock.freeze()
    assert left.clock.now() == right.clock.now() == stopped


def test_a_tenant_is_at_each(pair: Pair) -> None:
    left, right, both = pair
    with both.add_tenant("shop") as shop:
        assert left.tenant_apps() == right.tenant_apps() == ["shop"]
        shop.faults.inject("status=503; times=1, ok")
        assert [create(server, "one", "shop") for server in (left, right)] == [503, 503]
        shop.expect(2, status=503)
    assert left.tenant_apps() == right.tenant_apps() == []


def test_a_new_secret_is_the_same_everywhere(pair: Pair) -> None:
    left, right, both = pair
    both.rotate_key()
    VaultServer.connect(left.url, replicas=[left.url, right.url])


def test_journals_are_merged_by_time(pair: Pair) -> None:
    left, right, both = pair
    for server, consumer in [(left, "1"), (right, "2"), (left, "3")]:
        create(server, consumer)
        both.clock.advance(1)
    assert consumers(both.journal.requests()) == ["1", "2", "3"]
    assert consumers(both.journal.requests(limit=2)) == ["2", "3"]
    assert consumers(both.journal.requests(limit=0)) == []
    assert consumers(both.journal.requests(consumer_id="2")) == ["2"]
    last = both.journal.last()
    assert last and last["consumer_id"] == "3"
    both.settings.change(journal_capacity=1)
    assert both.journal.dropped() == 1
    both.journal.clear()
    assert len(both.journal) == len(left.journal) == len(right.journal) == 0


def test_counts_are_summed_before_they_are_judged(pair: Pair) -> None:
    left, right, both = pair
    both.expect(3, path="/vault/sessions", name="the sessions")
    both.expect(most=3)
    both.expect(consumer_id="2")
    for server in left, right:
        create(server, "1")
    with pytest.raises(UnmetExpectation) as unmet:
        both.verify()
    text = str(unmet.value)
    assert text.startswith("the sessions: expected exactly 3, found 2 at all replicas\n"), text
    # What came nearest, of each.
    for server in left, right:
        assert f"at {server.url}: the sessions: expected exactly 3, found 1" in text, text
    assert "\n\nrequests: expected at least 1, found 0 at all replicas\n" in text, text
    create(right, "2")
    both.verify()
    create(left, "1")
    with pytest.raises(UnmetExpectation, match="the sessions: expected exactly 3, found 4 at all replicas"):
        both.verify()
    both.forget_expected()
    both.verify()


def test_an_upper_bound_is_not_met_by_requests_that_were_dropped(pair: Pair) -> None:
    left, right, both = pair
    both.expect(most=5)
    create(left, "1")
    create(right, "1")
    create(right, "2")
    both.verify()
    right.settings.change(journal_capacity=1)
    with pytest.raises(UnmetExpectation, match="the journal has dropped"):
        both.verify()


def test_a_bad_expectation_is_refused_at_once(pair: Pair) -> None:
    left, _, both = pair
    with pytest.raises(VaultError, match=f"the replica at {left.url}: .*least"):
        both.expect(least=2, most=1)
    both.verify()


def test_connections_are_read_where_the_consumer_is(pair: Pair) -> None:
    left, right, both = pair
    connections = both.connections("1", app_id="app")
    connections.put("accounting+xero", "added")
    assert xero(left) == xero(right) == xero(both) == "added"
    create(right, "1")
    connections.apply("accounting+xero", "authorize")
    assert (xero(left), xero(right), xero(both)) == ("added", "authorized", "authorized")
    connections.reset()
    assert xero(left) == xero(right) == "available"


@pytest.mark.parametrize(
    ("flag", "value", "difference"),
    [
        ("--secret", "other", "signs with another secret than the one at .*: start .* --secret-file"),
        ("--api-key", "other", "takes another API key than the one at .*: start .* --api-key-file"),
        ("--app-id", "other", "knows another app than the one at .*: start .* --app-id"),
        ("--frozen-at", "2026-01-31T12:00:01Z", r"has a clock that is \+1 s off that of the one at .*"),
        ("--clock-scale", "2", "has a clock of speed 2, and the one at .* one of 0: set both alike"),
    ],
)
def test_a_replica_that_differs_is_named(flag: str, value: str, difference: str) -> None:
    with serving() as left, serving() as middle, serving(flag, value) as right:
        urls = [left.url, middle.url, right.url]
        with pytest.raises(VaultError) as raised:
            VaultServer.connect(left.url, replicas=urls)
        text = str(raised.value)
        assert re.fullmatch(f"the replica at {right.url} {difference}", text), text
        assert "shared" not in text and "other" not in text.replace("another", ""), text


def test_clocks_that_run_may_differ_a_little() -> None:
    with serving() as left, serving() as right:
        for server in left, right:
            server.clock.resume()
        VaultServer.connect(left.url, replicas=[left.url, right.url])
        right.clock.advance(30)
        with pytest.raises(VaultError, match=r"has a clock that is \+(29|30)\.?\d* s off"):
            VaultServer.connect(left.url, replicas=[left.url, right.url])


def test_a_replica_of_another_release_is_named() -> None:
    class Newer(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answers: dict[str, Any] = {
                "/__vault_mock/health": {"status": "ok", "version": "0.1.99"},
                "/__vault_mock/client": {},
                "/__vault_mock/clock": {},
            }
            content = json.dumps(answers[self.path]).encode()
            self.send_response(200)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    with serving() as left, http.server.HTTPServer(("127.0.0.1", 0), Newer) as newer:
        threading.Thread(target=newer.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{newer.server_port}"
        with pytest.raises(VaultError, match=f"the replica at {url} is vault-mock 0.1.99, and .* is 0.1"):
            VaultServer.connect(left.url, replicas=[left.url, url])
        newer.shutdown()


def test_a_replica_that_is_gone_is_named(pair: Pair) -> None:
    left, right, both = pair
    right.shutdown()
    with pytest.raises(VaultError, match=f"the replica at {right.url}: no answer from"):
        both.clock.advance(1)
    with pytest.raises(VaultError, match=f"no answer from {right.url}"):
        VaultServer.connect(left.url, replicas=[left.url, right.url])
