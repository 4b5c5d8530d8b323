"""Three emulators behind one address, as deploy/ has them: replicas.py WORK [nginx|haproxy]..."""

from __future__ import annotations

import contextlib
import email.utils
import faulthandler
import http.server
import itertools
import os
import pathlib
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone

from balancers import KEY, TOKEN, Answer, Balancer, HAProxy, Nginx, Replica, send, until

from vault_mock import UnmetExpectation, VaultError, VaultServer

faulthandler.register(signal.SIGUSR1)
WORK = pathlib.Path(sys.argv[1])
CONSUMERS, APPS, THREADS = int(os.environ.get("CONSUMERS", "1000")), 50, 8
HOME = "https://app.example/done"
XERO = "/vault/connections/accounting/xero"


def said(text: str) -> None:
    print(f"   {text}", flush=True)


class Consumer:
    def __init__(self, app: str, consumer: str) -> None:
        self.app, self.consumer, self.name = app, consumer, (app, consumer)
        self.token = ""

    def create(self, url: str) -> Answer:
        ids = {"x-apideck-app-id": self.app, "x-apideck-consumer-id": self.consumer}
        backend = ids | {"authorization": f"Bearer {KEY}"}
        answer = send(f"{url}/vault/sessions", "POST", backend, {"redirect_uri": HOME})
        if answer.status == 200:
            self.token = answer.json()["data"]["session_token"]
            assert answer.json()["data"]["session_uri"] == f"{url}/session/{self.token}"
        return answer

    def by_token(self, url: str, method: str = "GET", body: object = None) -> Answer:
        """As the Vault widget may send it: no header has an ID."""
        headers = {"authorization": f"Bearer {self.token}", "x-apideck-auth-type": "JWT"}
        return send(url + XERO, method, headers, body)

    def state(self, url: str) -> str:
        return str(self.by_token(url).json()["data"]["state"])

    def job(self, url: str, check: Callable[[Answer, int], None]) -> bool:
        """A session, its page, a connection, and an OAuth round trip there and back. Returns whether it
        went as with one emulator; `check` is told what is answered, and what with one would be."""
        states = []

        def read(answer: Answer, status: int = 200) -> dict:
            check(answer, status)
            return answer.json()["data"] if answer.status == 200 else {}

        read(self.create(url))
        check(send(f"{url}/session/{self.token}"), 200)
        states.append(read(self.by_token(url, "PATCH", {"enabled": True})).get("state"))
        link = read(self.by_token(url)).get("authorize_url")
        arrived = None
        while link and link != arrived:
            answer = send(link, base=url)
            check(answer, 301)
            link = answer.headers.get("location")
            if link and link.startswith(HOME):
                arrived = link
        connection = read(self.by_token(url))
        states.append(connection.get("state"))
        if link := connection.get("revoke_url"):
            check(send(link, base=url), 301)
        check(self.by_token(url, "DELETE"), 204)
        return arrived == HOME and states == ["added", "authorized"]


def exact(answer: Answer, status: int) -> None:
    assert answer.status == status, f"{answer.status} instead of {status}: {answer.body[:300]!r}"


def no_failure(answer: Answer, _: int) -> None:
    assert answer.status < 500, f"{answer.status}: {answer.body[:300]!r}"


def consumers(hash_by: str) -> list[Consumer]:
    """Some with characters that are escaped in a token, in a path or in a query."""
    apps = [f"app-{index}" for index in range(APPS - 1)] + ['a "b" \\ c/d?e&f=g%h,i;j+k']
    apps = apps if hash_by == "app" else apps[-1:]
    names = [f'{index} "x" \\ y,z;/?&=%+' if index % 10 == 0 else f"{index}" for index in range(CONSUMERS)]
    return [Consumer(app, one) for app, one in zip(itertools.cycle(apps), names)]


def everybody(url: str, all: list[Consumer]) -> None:
    def job(one: Consumer) -> None:
        assert one.job(url, exact), f"{one.name} did not get through"

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(job, all))


def homes(replicas: list[Replica], hash_by: str) -> dict[object, Replica]:
    """Where each consumer lives, or app: at one replica alone."""
    found: dict[object, Replica] = {}
    for replica in replicas:
        for visitor in replica.visitors():
            key = visitor[0] if hash_by == "app" else visitor
            assert found.setdefault(key, replica) is replica, f"{key} was led to two replicas"
    return found


class Load:
    """Jobs all the time, and what went wrong in which of them."""

    def __init__(self, url: str, all: list[Consumer], moved: Callable[[Consumer], bool]) -> None:
        self.url, self.moved = url, moved
        self.failures: list[tuple[float, Consumer, str]] = []
        self.done = 0
        self.ending = False
        parts = [all[index::THREADS] for index in range(THREADS)]
        self.threads = [threading.Thread(target=self.run, args=[part], daemon=True) for part in parts]
        for thread in self.threads:
            thread.start()

    def run(self, part: list[Consumer]) -> None:
        for one in itertools.cycle(part):
            if self.ending:
                return
            began = time.monotonic()
            try:
                if self.moved(one):
                    one.job(self.url, no_failure)
                else:
                    assert one.job(self.url, exact), "the job did not end as with one emulator"
            except (OSError, AssertionError, ValueError) as error:
                self.failures.append((began, one, f"{one.name}: {error!r}"))
            self.done += 1

    def more(self) -> None:
        enough = self.done + 40
        until(lambda: self.done >= enough, "the load goes on")

    def end(self) -> list[tuple[float, Consumer, str]]:
        self.more()
        self.ending = True
        for thread in self.threads:
            thread.join()
        return self.failures


def steered_by_app(balancer: Balancer) -> None:
    """Each tenant has clock, faults and expectations of its own, wherever it lives."""
    server = VaultServer.connect(balancer.url, admin_token=TOKEN, api_key=KEY)
    for _ in range(20):
        with server.add_tenant() as vault:
            one = Consumer(str(vault.app_id), "somebody")
            vault.faults.inject("status=503; times=1, ok")
            vault.expect(1, status=503)
            vault.expect(1, consumer_id="somebody", status=200, path="/vault/sessions")
            exact(one.create(balancer.url), 503)
            try:
                vault.verify()
                raise AssertionError("there was no session yet")
            except UnmetExpectation:
                pass
            exact(one.create(balancer.url), 200)
            vault.clock.advance(86_400)
            exact(answer := one.by_token(balancer.url), 401)
            # The emulator's date, not the balancer's.
            date = email.utils.parsedate_to_datetime(answer.headers["date"])
            assert date - datetime.now(timezone.utc) > timedelta(hours=23), date
    for steer in [lambda: server.clock.advance(1), lambda: server.expect(), server.reset]:
        misdirected(steer)


def steered_together(balancer: Balancer, replicas: list[Replica], all: list[Consumer]) -> None:
    """One app: each replica is told, and they are asked together."""
    urls = [one.url for one in replicas]
    server = VaultServer.connect(balancer.url, admin_token=TOKEN, api_key=KEY, replicas=urls)
    some = all[:60]
    server.reset()
    server.expect(60, path="/vault/sessions", name="the sessions")
    server.expect(most=60)
    server.faults.inject("status=503; times=1, ok", consumer_id=some[0].consumer)
    for one in some[1:]:
        exact(one.create(balancer.url), 200)
    try:
        server.verify()
        raise AssertionError("one session is missing")
    except UnmetExpectation as unmet:
        assert str(unmet).startswith("the sessions: expected exactly 60, found 59 at all replicas"), unmet
    exact(some[0].create(balancer.url), 503)
    server.verify()
    journal = server.journal.requests(path="/vault/sessions")
    assert [one["consumer_id"] for one in journal] == [one.consumer for one in some[1:] + some[:1]]
    exact(some[1].by_token(balancer.url, "PATCH", {"enabled": True}), 200)
    connections = server.connections(some[1].consumer, app_id=some[1].app).all()
    assert {one["id"]: one["state"] for one in connections}["accounting+xero"] == "added"
    server.clock.advance(86_400)
    for one in some[1:]:
        exact(one.by_token(balancer.url), 401)
    through = VaultServer.connect(balancer.url, admin_token=TOKEN, api_key=KEY)
    misdirected(lambda: through.clock.advance(1))
    misdirected(lambda: through.connections("1", app_id="app").all())
    server.reset()


def limited_by_app(balancer: Balancer) -> None:
    """A limit of an app is its limit."""
    server = VaultServer.connect(balancer.url, admin_token=TOKEN, api_key=KEY)
    with server.add_tenant(rate_limit="5/hour") as vault:
        some = [Consumer(str(vault.app_id), str(index)) for index in range(12)]
        statuses = [one.create(balancer.url).status for one in some]
        assert statuses == [200] * 5 + [429] * 7, statuses


def limited_together(balancer: Balancer, replicas: list[Replica], some: list[Consumer]) -> None:
    """Each replica counts for itself, and a script that everybody meets for each consumer."""
    urls = [one.url for one in replicas]
    server = VaultServer.connect(balancer.url, admin_token=TOKEN, api_key=KEY, replicas=urls)
    server.faults.inject("status=503; times=1, ok")
    assert [[one.create(balancer.url).status for _ in range(3)] for one in some] == [[503, 200, 200]] * len(some)
    server.reset()
    server.settings.change(rate_limit="5/hour")
    statuses = [one.create(balancer.url).status for one in some]
    allowed = [len(one.handle().journal.requests(status=200)) for one in replicas]
    assert all(count <= 5 for count in allowed) and 5 < sum(allowed) == statuses.count(200), allowed
    server.reset()


def nobodys_by_app(balancer: Balancer) -> None:
    """What an app has without a consumer is where the app is: a list of connections, the developer's corner."""
    server = VaultServer.connect(balancer.url, admin_token=TOKEN, api_key=KEY)
    with server.add_tenant() as vault:
        one = Consumer(str(vault.app_id), "somebody")
        exact(one.create(balancer.url), 200)
        exact(without_consumer(one, balancer.url), 200)
        assert len(vault.journal) == 2
        exact(corner(one, balancer.url, "advance=86400"), 303)
        exact(one.by_token(balancer.url), 401)
        assert vault.clock.now() - datetime.now(timezone.utc) > timedelta(hours=23)


def nobodys_together(balancer: Balancer, replicas: list[Replica], one: Consumer) -> None:
    """One replica answers, and the corner steers the replica that its page came from."""
    handles = [replica.handle() for replica in replicas]
    exact(without_consumer(one, balancer.url), 200)
    assert sorted(len(handle.journal) for handle in handles) == [0, 0, 1]
    exact(one.create(balancer.url), 200)
    before = [handle.clock.now() for handle in handles]
    exact(corner(one, balancer.url, "advance=86400"), 303)
    moved = [handle.clock.now() - then > timedelta(hours=23) for handle, then in zip(handles, before)]
    assert sorted(moved) == [False, False, True], moved
    for handle, is_moved in zip(handles, moved):
        handle.reset()
        handle.clock.advance(0 if is_moved else 86400)


def without_consumer(one: Consumer, url: str) -> Answer:
    backend = {"x-apideck-app-id": one.app, "authorization": f"Bearer {KEY}"}
    return send(f"{url}/vault/connections", headers=backend)


def corner(one: Consumer, url: str, form: str) -> Answer:
    return send(f"{url}/session/{one.token}?corner", "POST", {"x-vault-mock-token": TOKEN}, form)


def broken(balancer: Balancer, replicas: list[Replica], one: Consumer) -> None:
    """What breaks a connection breaks that to the balancer. The replica goes on taking part."""
    handles = [replica.handle() for replica in replicas]
    for handle in handles:
        handle.faults.inject("reset", app_id=one.app, consumer_id=one.consumer)
    assert failed(one, balancer.url), "the fault was lost"
    for handle in handles:
        handle.reset()
    exact(one.create(balancer.url), 200)
    assert sum(len(handle.journal) for handle in handles) == 1
    home = next(at for at in replicas if len(at.handle().journal) == 1)
    assert one.name in home.visitors()
    # nginx asks another replica where that cannot do harm (RFC 9110 §9.2.2), and so hides the fault.
    home.handle().faults.inject("reset; times=forever", app_id=one.app, consumer_id=one.consumer)
    exact(one.by_token(balancer.url), 200 if isinstance(balancer, Nginx) else 502)
    assert failed(one, balancer.url), "the fault was lost"
    home.handle().reset()


def misdirected(steer: Callable[[], object]) -> None:
    try:
        steer()
    except VaultError as refused:
        assert "several emulators answer here" in str(refused), refused
    else:
        raise AssertionError("one replica was steered by chance")


def held_at(replica: Replica) -> float:
    metrics = send(f"{replica.url}/__vault_mock/metrics", headers={"x-vault-mock-token": TOKEN})
    lines = metrics.body.decode().splitlines()
    return next(float(line.split()[1]) for line in lines if line.startswith("vault_mock_requests_in_flight "))


def stopped_gracefully(balancer: Balancer, replicas: list[Replica], all: list[Consumer], home) -> None:
    """Nobody gets a 5xx; who lived there begins anew elsewhere, and goes home again."""
    replica = replicas[1]
    one = next(one for one in all if home(one) is replica)
    exact(one.create(balancer.url), 200)
    exact(one.by_token(balancer.url, "PATCH", {"enabled": True}), 200)
    load = Load(balancer.url, [other for other in all if other is not one], lambda one: home(one) is replica)
    load.more()
    balancer.stop_replica(replica)
    assert not (failures := load.end()), failures[:3]
    # The token is good everywhere, and the connection is as it was at the beginning.
    assert one.state(balancer.url) == "available"
    replica.start()
    balancer.take_in(replica)
    everybody(balancer.url, [one])
    assert one.name in replica.visitors(), "it did not go home"


def killed(balancer: Balancer, replicas: list[Replica], all: list[Consumer], home) -> None:
    """What was in flight there fails, and nothing else."""
    replica = replicas[2]
    at_home = [one for one in all if home(one) is replica]
    held, others = at_home[:5], [one for one in all if one not in at_home[:5]]
    for one in held:
        replica.handle().faults.inject("delay=10m", app_id=one.app, consumer_id=one.consumer)
    with ThreadPoolExecutor(len(held)) as pool:
        waiting = [pool.submit(failed, one, balancer.url) for one in held]
        until(lambda: held_at(replica) >= len(held), "they are in flight")
        load = Load(balancer.url, others, lambda one: home(one) is replica)
        load.more()
        dead = replica.kill()
        assert all_of(one.result() for one in waiting), "who was in flight got an answer"
    for began, one, text in load.end():
        assert home(one) is replica and began < dead, f"not in flight at the replica: {text}"
    said(f"{len(load.failures)} of the load, and {len(held)} that were held, were in flight there")
    balancer.notice(replica)
    everybody(balancer.url, at_home)
    replica.start()
    balancer.take_in(replica)
    everybody(balancer.url, at_home)
    assert held[0].name in replica.visitors(), "it did not go home"


def all_of(results: Iterator[bool]) -> bool:
    return all(list(results))


def failed(one: Consumer, url: str) -> bool:
    try:
        return one.create(url).status >= 500
    except OSError:
        return True


def run(kind: type[Balancer], hash_by: str, replicas: list[Replica]) -> None:
    said(f"{kind.__name__} by {hash_by}")
    all = consumers(hash_by)
    balancer = kind(WORK, replicas, hash_by)
    everybody(balancer.url, all)
    found = homes(replicas, hash_by)
    share = [sum(at is one for at in found.values()) for one in replicas]
    said(f"{len(found)} {'apps' if hash_by == 'app' else 'consumers'} live at {share}")
    assert min(share) * 10 >= len(found), "one replica has next to nobody"
    everywhere(balancer)
    if hash_by == "app":
        steered_by_app(balancer)
        limited_by_app(balancer)
        nobodys_by_app(balancer)
    else:
        steered_together(balancer, replicas, all)
        limited_together(balancer, replicas, all[:40])
        nobodys_together(balancer, replicas, all[0])
    broken(balancer, replicas, all[0])
    home = lambda one: found[one.app if hash_by == "app" else one.name]
    stopped_gracefully(balancer, replicas, all, home)
    killed(balancer, replicas, all, home)
    balancer.end()


def everywhere(balancer: Balancer) -> None:
    """What is nobody's is at every replica."""
    exact(send(f"{balancer.url}/session/assets/page.css"), 200)
    exact(send(f"{balancer.url}/oauth/callback"), 200)
    exact(send(f"{balancer.url}/__vault_mock/ready"), 200)
    # Nobody gets to the admin API because the balancer is on the machine of the replicas.
    refused = send(f"{balancer.url}/__vault_mock/clock", headers={"x-apideck-app-id": "app"}).status
    assert refused in (401, 421), refused


def wrong_header(kind: type[Balancer], replicas: list[Replica]) -> None:
    right = {Nginx: "hash $vault_mock_home ", HAProxy: "balance hash var(txn.home)"}[kind]
    wrong = {Nginx: "hash $http_x_request_id ", HAProxy: "balance hash req.fhdr(x-request-id)"}[kind]
    balancer = kind(WORK, replicas, "app+consumer", lambda text: text.replace(right, wrong))
    try:
        everybody(balancer.url, [Consumer("wrong", str(index)) for index in range(20)])
        homes(replicas, "app+consumer")
    except AssertionError as found:
        said(f"hashed by the wrong header: {str(found)[:100]}")
    else:
        raise AssertionError("nobody noticed the wrong header")
    balancer.end()


def unlike(replicas: list[Replica], flag: str, value: str, what: str) -> None:
    with fresh(1, flag, value) as [other]:
        urls = [one.url for one in replicas[:2]] + [other.url]
        try:
            VaultServer.connect(urls[0], admin_token=TOKEN, replicas=urls)
        except VaultError as refused:
            said(str(refused))
            assert str(refused).startswith(f"the replica at {other.url} ") and what in str(refused)
        else:
            raise AssertionError(f"nobody noticed {flag}")


def modelled(kind: type[Balancer], replicas: list[Replica]) -> None:
    """The model-based test of the crate, which asks for stops between its steps."""
    balancer = kind(WORK, replicas, "app+consumer")
    for one in ("one", "other"):
        exact(Consumer("model", one).create(balancer.url), 200)
    strangers = [one for one in replicas if not any(app == "model" for app, _ in one.visitors())]
    done = {"/end-and-start-each": 0, "/end-and-start-a-stranger": 0}

    class Control(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            done[self.path] += 1
            for replica in replicas if self.path == "/end-and-start-each" else strangers[:1]:
                balancer.restart_replica(replica)
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Control) as control:
        threading.Thread(target=control.serve_forever, daemon=True).start()
        told = {
            "VAULT_MOCK_TEST_URL": balancer.url, "VAULT_MOCK_TEST_API_KEY": KEY,
            "VAULT_MOCK_TEST_CONTROL": f"http://127.0.0.1:{control.server_port}",
        }  # fmt: skip
        test = ["cargo", "test", "--quiet", "--workspace", "--all-features"]
        test += ["--test", "behind_a_balancer", "--", "--ignored"]
        subprocess.run(test, env=os.environ | told, check=True)
        control.shutdown()
    said(f"as the model says, with {done}")
    balancer.end()


@contextlib.contextmanager
def fresh(count: int, *flags: str) -> Iterator[list[Replica]]:
    replicas = [Replica(*flags) for _ in range(count)]
    try:
        yield replicas
    finally:
        for one in replicas:
            one.kill()


if __name__ == "__main__":
    for kind in (Nginx, HAProxy):
        if kind.__name__.lower() not in (sys.argv[2:] or ["nginx", "haproxy"]):
            continue
        for hash_by in ("app", "app+consumer"):
            with fresh(3) as replicas:
                run(kind, hash_by, replicas)
        with fresh(3) as replicas:
            wrong_header(kind, replicas)
        with fresh(3, "--drain-delay", "0") as replicas:
            modelled(kind, replicas)
    with fresh(2) as replicas:
        unlike(replicas, "--secret", "another", "another secret")
        unlike(replicas, "--frozen-at", "2026-01-01T00:00:00Z", "a clock of speed 0")
        unlike(replicas, "--api-key", "another", "another API key")
