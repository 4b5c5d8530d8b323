"""Emulators as processes, and nginx and HAProxy in front of them with the configurations of deploy/."""

from __future__ import annotations

import atexit
import http.client
import json
import pathlib
import secrets
import signal
import socket
import subprocess
import time
import urllib.parse
from collections.abc import Callable
from typing import Any

import vault_mock
from vault_mock import VaultServer

DEPLOY = pathlib.Path(__file__).resolve().parent.parent / "deploy"
KEY, TOKEN = "the-key-of-the-backend", "for-the-test-runner-only"
PATIENCE = 60


def until(is_so: Callable[[], Any], what: str) -> None:
    """Waits for a state that can be seen."""
    end = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < end, f"it never came that {what}"
        time.sleep(0.01)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


class Answer:
    def __init__(self, answer: http.client.HTTPResponse) -> None:
        self.status, self.headers = answer.status, answer.headers
        self.body = answer.read()

    def json(self) -> Any:
        return json.loads(self.body)


def send(
    url: str, method: str = "GET", headers: dict[str, str] = {}, body: Any = None, base: str = ""
) -> Answer:
    """One request on a connection of its own, with JSON or a form's text. Links of the emulator must begin
    with `base`."""
    parts = urllib.parse.urlsplit(url)
    assert url.startswith(base), f"{url} does not begin with {base}"
    connection = http.client.HTTPConnection(parts.netloc, timeout=PATIENCE)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    is_form = isinstance(body, str)
    content = body if is_form or body is None else json.dumps(body)
    media_type = "application/x-www-form-urlencoded" if is_form else "application/json"
    kind = {} if body is None else {"content-type": media_type}
    try:
        own = {"x-request-id": secrets.token_hex(8)}
        connection.request(method, target, content, own | headers | kind)
        return Answer(connection.getresponse())
    finally:
        connection.close()


class Replica:
    """A process of the emulator, which keeps its address."""

    def __init__(self, *flags: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.flags = flags
        self.start()

    def start(self) -> None:
        flags = {
            "--addr": f"127.0.0.1:{self.port}", "--api-key": KEY, "--admin-token": TOKEN,
            "--secret": "one for all", "--drain-delay": "3", "--journal-capacity": "200000",
            "--log-level": "error",
        }  # fmt: skip
        flags |= dict(zip(self.flags[::2], self.flags[1::2]))
        command = [vault_mock.program(), "serve", *(part for flag in flags.items() for part in flag)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE)
        atexit.register(self.process.kill)
        assert self.process.stdout and self.process.stdout.readline(), "it did not start"

    def handle(self) -> VaultServer:
        return VaultServer.connect(self.url, admin_token=TOKEN, api_key=KEY)

    def readiness(self) -> int:
        return send(f"{self.url}/health").status

    def restart(self) -> None:
        """Nobody is told."""
        self.process.terminate()
        assert self.process.wait(PATIENCE) == 0
        self.start()

    def stop(self) -> None:
        self.process.terminate()
        until(lambda: self.readiness() == 503, "a replica says that it drains")
        assert self.process.wait(PATIENCE) == 0

    def kill(self) -> float:
        """Returns when it was gone."""
        self.process.kill()
        self.process.wait()
        return time.monotonic()

    def visitors(self) -> set[tuple[str, str]]:
        """Whose requests it has seen."""
        requests = self.handle().journal.requests()
        return {(one["app_id"] or "", one["consumer_id"]) for one in requests if one["consumer_id"]}


class Balancer:
    """The configuration of deploy/ with the ports of this run."""

    file: str

    def __init__(
        self,
        work: pathlib.Path,
        replicas: list[Replica],
        hash_by: str,
        edit: Callable[[str], str] = lambda text: text,
    ) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.folder = work / f"{type(self).__name__}-{self.port}"
        self.folder.mkdir()
        text = edit((DEPLOY / self.file).read_text())
        # The line to choose is one line.
        assert text.count(self.line("app")) == 1
        text = text.replace(self.line("app"), self.line(hash_by))
        text = text.replace("127.0.0.1:8080", f"127.0.0.1:{self.port}")
        for index in range(3):
            written = f"127.0.0.1:{8081 + index}"
            assert text.count(written) == 1, written
            if index < len(replicas):
                text = text.replace(written, f"127.0.0.1:{replicas[index].port}")
            else:
                text = "".join(line for line in text.splitlines(True) if written not in line)
        self.text = text
        self.begin()
        atexit.register(self.process.terminate)
        until(lambda: self.answers(), "the balancer listens")

    def answers(self) -> bool:
        try:
            return send(f"{self.url}/health").status == 200
        except OSError:
            return False

    def write(self, text: str) -> str:
        path = self.folder / pathlib.Path(self.file).name
        path.write_text(text)
        return str(path)


class Nginx(Balancer):
    file = "nginx/nginx.conf"

    def line(self, hash_by: str) -> str:
        return f'map "" $vault_mock_hash_by {{ default {hash_by}; }}'

    def begin(self) -> None:
        (self.folder / "home.js").write_text((DEPLOY / "nginx/home.js").read_text())
        command = ["nginx", "-c", self.write(self.text), "-g", f"pid {self.folder}/pid; daemon off;"]
        self.process = subprocess.Popen(command)

    def workers(self) -> set[str]:
        children = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return set(children.read_text().split())

    def reload(self, text: str) -> None:
        """The new workers are there, and the former ones have answered what they had."""
        before = self.workers()
        self.write(text)
        self.process.send_signal(signal.SIGHUP)
        until(lambda: self.workers() and not self.workers() & before, "the workers are new ones")

    def take_out(self, replica: Replica) -> None:
        self.reload(self.text.replace(f":{replica.port} max_fails=0;", f":{replica.port} max_fails=0 down;"))

    def take_in(self, replica: Replica) -> None:
        self.reload(self.text)

    def notice(self, replica: Replica) -> None:
        """It keeps no account of who is dead: each request finds that out, and goes the same other way."""

    def stop_replica(self, replica: Replica) -> None:
        self.take_out(replica)
        replica.stop()

    def restart_replica(self, replica: Replica) -> None:
        """While nobody asks for anything, nginx need not know."""
        replica.restart()

    def end(self) -> None:
        self.process.send_signal(signal.SIGQUIT)
        assert self.process.wait(PATIENCE) == 0


class HAProxy(Balancer):
    file = "haproxy/haproxy.cfg"

    def line(self, hash_by: str) -> str:
        return f"presetenv VAULT_MOCK_HASH_BY {hash_by}\n"

    def begin(self) -> None:
        self.socket = self.folder / "socket"
        text = self.text.replace("global\n", f"global\n    stats socket {self.socket} level admin\n", 1)
        self.process = subprocess.Popen(["haproxy", "-db", "-f", self.write(text)], stderr=subprocess.DEVNULL)

    def ask(self, command: str) -> bytes:
        with socket.socket(socket.AF_UNIX) as control:
            control.connect(str(self.socket))
            control.sendall(command.encode() + b"\n")
            return b"".join(iter(lambda: control.recv(65536), b""))

    def told(self, replica: Replica) -> dict[str, Any]:
        for server in json.loads(self.ask("show stat json")):
            fields = {one["field"]["name"]: one["value"]["value"] for one in server}
            if fields.get("addr") == f"127.0.0.1:{replica.port}":
                return fields
        raise AssertionError("HAProxy does not know the replica")

    def state(self, replica: Replica) -> tuple[str, str]:
        """Whether a replica takes part, and the status of the latest probe."""
        fields = self.told(replica)
        return fields["status"], str(fields.get("check_code", ""))

    def restart_replica(self, replica: Replica) -> None:
        """Out and in by hand: it does not wait for probes, and none comes in between."""
        server = f"set server replicas/{self.told(replica)['svname']} state"
        self.ask(f"{server} maint")
        replica.restart()
        self.ask(f"{server} ready")
        self.take_in(replica)

    def take_in(self, replica: Replica) -> None:
        until(lambda: self.state(replica)[0] == "UP", "HAProxy uses the replica again")

    def notice(self, replica: Replica) -> None:
        """Until a probe fails, who lived there is sent to any other replica, and later to one of them."""
        until(lambda: self.state(replica)[0] == "DOWN", "HAProxy sees that the replica is gone")

    def stop_replica(self, replica: Replica) -> None:
        """Nobody tells HAProxy: it reads it off the replica, before that stops."""
        replica.process.terminate()
        until(lambda: self.state(replica) == ("DOWN", "503"), "HAProxy sees that it drains")
        assert replica.process.poll() is None, "HAProxy saw it too late"
        assert replica.process.wait(PATIENCE) == 0

    def end(self) -> None:
        self.process.terminate()
        self.process.wait(PATIENCE)
