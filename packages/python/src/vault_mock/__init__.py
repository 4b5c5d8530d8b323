"""vault-mock for Python: the server, and each Vault that it emulates.

>>> from vault_mock import VaultServer
>>> with VaultServer.start() as server, server.add_tenant() as vault:
...     vault.clock.advance(1800)
...     vault.faults.inject("status=503; times=2, ok")

Names are those of the Rust crate `vault-mock`; each method is one call of the admin API.
"""

from __future__ import annotations

import collections
import contextlib
import errno
import http.client
import json
import os
import secrets
import shutil
import signal
import subprocess
import sysconfig
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from importlib import metadata
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, TypedDict
from urllib.parse import urlencode, urlsplit

from ._errors import UnmetExpectation, VaultError
from ._replicas import _Replicas, _time

if TYPE_CHECKING:
    from typing_extensions import NotRequired, Self, Unpack

__all__ = [
    "Clock",
    "Connection",
    "Connections",
    "Faults",
    "InjectedFault",
    "Journal",
    "Recorded",
    "RuleSettings",
    "Settings",
    "UnmetExpectation",
    "Vault",
    "VaultError",
    "VaultServer",
    "program",
]

#: Seconds that the server may take to start, and to answer a call.
_PATIENCE = 30
_PREFIX = "/__vault_mock"

State = Literal["available", "added", "authorized", "callable", "invalid"]
Change = Literal["enable", "disable", "authorize", "revoke", "refuse", "delete", "save"]
Action = Literal["delete", "disconnect", "reauthorize", "disable"]
OutcomeKind = Literal[
    "session_created", "answered", "refused", "fault_injected",
    "held", "abandoned", "cut", "ended_by_reset",
]  # fmt: skip


class RuleSettings(TypedDict, total=False):
    """How a Vault behaves; `None` lifts a limit."""

    validation: Literal["strict", "lenient", "off"]
    session_length_dialect: Literal["strict", "ms"]
    default_session_length: str
    long_sessions: Literal["refused", "accepted", "shortened"]
    unknown_names: bool
    null_body: bool
    byte_order_mark: bool
    any_content_type: bool
    bare_tokens: bool
    foreign_ids: bool
    scope_claims: bool
    concealed_methods: bool
    schema_fault: Literal[400, 422]
    enforce_actions: bool
    expiry_rule: str
    issued_at_tolerance: float
    request_limit: int | None
    rate_limit: str | None
    oauth_provider: str
    oauth_confirmation: bool
    directives: bool
    developer_corner: bool
    external_images: bool
    body_limit: int
    journal_capacity: int
    changed_consumers: int


class Recorded(TypedDict):
    """One request of the journal, without credentials."""

    number: int
    at: str
    unix_seconds: int
    method: str
    path: str
    app_id: str | None
    consumer_id: str | None
    body: Any
    status: int | None
    outcome: Outcome


class Outcome(TypedDict):
    """What became of a request; some kinds have one member more."""

    kind: OutcomeKind
    claims: NotRequired[dict[str, Any]]
    error: NotRequired[dict[str, Any]]
    fault: NotRequired[str]


class InjectedFault(TypedDict):
    """What goes wrong, and for whom; `None` is everybody."""

    app_id: str | None
    consumer_id: str | None
    method: str | None
    behaviour: str


class Connection(TypedDict):
    """A connection of a consumer, in short."""

    id: str
    name: str
    state: State
    health: str
    enabled: bool


#: Calls the admin API: method, path, query and body; the answer's JSON.
_Call = Callable[[str, str, "Mapping[str, Any]", "Mapping[str, Any] | None"], Any]


class _Part:
    def __init__(self, call: _Call) -> None:
        self._call = call


class Clock(_Part):
    """The one clock of a Vault: sessions begin and end by it."""

    def now(self) -> datetime:
        return _time(self._call("GET", "/clock", {}, None)["now"])

    def advance(self, by: timedelta | float) -> datetime:
        """Moves it forward by a duration, or by seconds."""
        return self._change("POST", "/clock/advance", seconds=_seconds(by))

    def set(self, time: datetime) -> datetime:
        """Sets it, forward or back."""
        if time.tzinfo is None:
            raise ValueError("the time has no time zone: give it one, such as timezone.utc")
        utc = time.astimezone(timezone.utc)
        return self._change("PUT", "/clock", now=utc.strftime("%Y-%m-%dT%H:%M:%S.%fZ"))

    def advance_to_expiry(self, session_token: str, after: timedelta | float = 0) -> datetime:
        """Sets it to the end of a session, or to a time after it; negative is before."""
        seconds = _seconds(after)
        return self._change("POST", "/clock/expiry", session_token=session_token, seconds=seconds)

    def scale(self, factor: int) -> datetime:
        """Lets it run so many times as fast as real time; 0 stops it."""
        return self._change("PUT", "/clock/scale", scale=factor)

    def freeze(self) -> datetime:
        return _time(self._call("POST", "/clock/freeze", {}, None)["now"])

    def resume(self) -> datetime:
        return _time(self._call("POST", "/clock/resume", {}, None)["now"])

    def _change(self, method: str, path: str, **body: Any) -> datetime:
        return _time(self._call(method, path, {}, body)["now"])


class Faults(_Part):
    """What goes wrong."""

    def inject(
        self,
        behaviour: str,
        *,
        app_id: str | None = None,
        consumer_id: str | None = None,
        method: str | None = None,
    ) -> None:
        """Lets requests meet faults, such as `status=503; times=2, ok`, in place of earlier ones."""
        scope = _given(app_id=app_id, consumer_id=consumer_id, method=method)
        self._call("PUT", "/faults", {}, {"behaviour": behaviour, **scope})

    def injected(self) -> list[InjectedFault]:
        faults: list[InjectedFault] = self._call("GET", "/faults", {}, None)["faults"]
        return faults

    def clear(
        self,
        *,
        app_id: str | None = None,
        consumer_id: str | None = None,
        method: str | None = None,
    ) -> None:
        """Ends all faults, or those of a scope."""
        scope = _given(app_id=app_id, consumer_id=consumer_id, method=method)
        self._call("DELETE", "/faults", scope, None)


class Journal(_Part):
    """The latest requests."""

    def requests(
        self,
        *,
        app_id: str | None = None,
        consumer_id: str | None = None,
        path: str | None = None,
        status: int | None = None,
        outcome: OutcomeKind | None = None,
        limit: int | None = None,
    ) -> list[Recorded]:
        """Those that are as given, the oldest first; at most `limit`, the latest ones."""
        query = _given(app_id=app_id, consumer_id=consumer_id, path=path)
        query |= _given(status=status, outcome=outcome, limit=limit)
        entries: list[Recorded] = self._call("GET", "/journal", query, None)["entries"]
        return entries

    def last(self) -> Recorded | None:
        return next(iter(self.requests(limit=1)), None)

    def dropped(self) -> int:
        """How many made room for later ones."""
        return int(self._call("GET", "/journal", {"limit": 0}, None)["dropped"])

    def clear(self) -> None:
        self._call("DELETE", "/journal", {}, None)

    def __len__(self) -> int:
        return len(self.requests())


class Settings(_Part):
    """How a Vault behaves; `Vault.reset` goes back to how it began."""

    def read(self) -> RuleSettings:
        settings: RuleSettings = self._call("GET", "/settings", {}, None)
        return settings

    def change(self, **settings: Unpack[RuleSettings]) -> RuleSettings:
        changed: RuleSettings = self._call("PATCH", "/settings", {}, settings)
        return changed


class Connections:
    """What a consumer of an app has connected."""

    def __init__(self, call: _Call, app_id: str, consumer_id: str) -> None:
        self._call = call
        self._owner = {"app_id": app_id, "consumer_id": consumer_id}

    def all(self) -> list[Connection]:
        path = "/connections"
        connections: list[Connection] = self._call("GET", path, self._owner, None)["connections"]
        return connections

    def put(self, id: str, state: State) -> Connection:
        """Brings a connection, such as `crm+salesforce`, into a state."""
        body = {**self._owner, "id": id, "state": state}
        connection: Connection = self._call("PUT", "/connections", {}, body)
        return connection

    def apply(
        self, id: str, change: Change, settings: Mapping[str, Any] | None = None
    ) -> Connection:
        """Lets something happen to a connection; `save` goes with settings."""
        body = {**self._owner, "id": id, "change": change, **_given(settings=settings)}
        connection: Connection = self._call("POST", "/connections/change", {}, body)
        return connection

    def reset(self) -> None:
        """Lets the consumer start over."""
        self._call("DELETE", "/connections", self._owner, None)


class Vault:
    """One emulated Vault: that of an app, or the server's own for all other apps."""

    #: What the code under test takes in place of `https://unify.apideck.com`.
    url: str
    #: The app whose Vault this is; `None` for the server's own.
    app_id: str | None
    #: The key that the code under test presents; `None` if nobody told.
    api_key: str | None

    def __init__(self, call: _Call, url: str, app_id: str | None, api_key: str | None) -> None:
        self.url, self.app_id, self.api_key = url, app_id, api_key
        self.clock = Clock(call)
        self.faults = Faults(call)
        self.journal = Journal(call)
        self.settings = Settings(call)
        self._call = call

    def connections(self, consumer_id: str, *, app_id: str | None = None) -> Connections:
        """What a consumer has connected; the server's own Vault needs the app's ID."""
        app_id = app_id or self.app_id
        if app_id is None:
            raise ValueError("whose connections? Give the app_id")
        return Connections(self._call, app_id, consumer_id)

    def expect(
        self,
        times: int | None = None,
        *,
        least: int | None = None,
        most: int | None = None,
        name: str | None = None,
        method: str | None = None,
        path: str | None = None,
        app_id: str | None = None,
        consumer_id: str | None = None,
        status: int | None = None,
        headers: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
        allow_actions: Sequence[Action] | None = None,
    ) -> None:
        """Says which requests count, and how many of them there must be: at least one by default.

        `body` has values by JSON pointers, such as `{"/settings/session_length": "30m"}`.
        """
        if times is not None:
            least = most = times
        expected = _given(least=least, most=most, name=name, method=method, path=path, body=body)
        expected |= _given(app_id=app_id, consumer_id=consumer_id, status=status, headers=headers)
        expected |= _given(allow_actions=allow_actions)
        self._call("POST", "/expectations", {}, expected)

    def verify(self) -> None:
        """Raises `UnmetExpectation` unless all that is expected has happened."""
        self._call("GET", "/expectations/verify", {}, None)

    def forget_expected(self) -> None:
        self._call("DELETE", "/expectations", {}, None)

    def rotate_key(
        self, secret: str | int | None = None, *, overlap: timedelta | float | None = None
    ) -> None:
        """Signs with another secret; former tokens stay good for the overlap."""
        seconds = None if overlap is None else _seconds(overlap)
        self._call("POST", "/keys/rotate", {}, _given(secret=secret, overlap=seconds))

    def reset(self) -> None:
        """Forgets what earlier tests left behind; clock and keys stay as they are."""
        self._call("POST", "/reset", {}, None)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            # What went wrong before is the better report.
            if kind is None:
                self.verify()
        finally:
            with contextlib.suppress(VaultError):
                self._close()

    def _close(self) -> None:
        self._call("DELETE", "/tenants", {"app_id": self.app_id}, None)


class VaultServer(Vault):
    """A server, and the Vault of all apps that have none of their own."""

    def __init__(
        self,
        url: str,
        api_key: str | None,
        admin_token: str | None,
        process: _Process | None,
        replicas: Sequence[str] = (),
    ) -> None:
        self._admin: _Admin | _Replicas = _Admin(url, admin_token, process)
        if replicas:
            self._admin = _Replicas([_Admin(one.rstrip("/"), admin_token, None) for one in replicas])
        super().__init__(self._admin.caller(None), url, None, api_key)
        self.admin_token = admin_token
        self._process = process
        try:
            self._admin.check()
        except BaseException:
            self._close()
            raise

    @classmethod
    def start(
        cls,
        *,
        address: str = "127.0.0.1:0",
        arguments: Sequence[str] = (),
        admin_token: str | None = None,
        program: str | os.PathLike[str] | None = None,
    ) -> Self:
        """Starts a server of one's own, with a clock that stands still.

        `arguments` are more flags of `vault-mock serve`. The program is that of this package, unless
        the variable `VAULT_MOCK_PROGRAM` names another.
        """
        api_key = secrets.token_hex(16)
        variables = _given(VAULT_MOCK_API_KEY=api_key, VAULT_MOCK_ADMIN_TOKEN=admin_token)
        process = _Process(_path(program), address, arguments, variables)
        told = process.announcement
        return cls(told["url"], api_key, admin_token or told.get("admin_token"), process)

    @classmethod
    def connect(
        cls,
        url: str,
        *,
        admin_token: str | None = None,
        api_key: str | None = None,
        replicas: Sequence[str] = (),
    ) -> Self:
        """Uses a server that runs elsewhere, such as in a container.

        If `url` is a balancer's that hashes by app and consumer, `replicas` are the URLs of all servers
        behind it: what steers goes to each, and journals and counts are gathered.
        """
        return cls(url.rstrip("/"), api_key, admin_token, None, replicas)

    def add_tenant(
        self,
        app_id: str | None = None,
        *,
        api_key: str | None = None,
        secret: str | int | None = None,
        **settings: Unpack[RuleSettings],
    ) -> Vault:
        """Gives an app a Vault of its own, that begins as the server's is; without an ID, a new app."""
        app_id = app_id or f"test-{secrets.token_hex(8)}"
        if api_key is None and self.api_key is None:
            api_key = secrets.token_hex(16)
        body = {**_given(app_id=app_id, api_key=api_key, secret=secret), **settings}
        call = self._admin.caller(app_id)
        # A balancer that hashes by app reads no bodies.
        call("PUT", "/tenants", {}, body)
        return Vault(call, self.url, app_id, api_key or self.api_key)

    def tenant_apps(self) -> list[str]:
        apps: list[str] = self._call("GET", "/tenants", {}, None)["tenants"]
        return apps

    def remove_tenant(self, app_id: str) -> None:
        self._call("DELETE", "/tenants", {"app_id": app_id}, None)

    def shutdown(self) -> None:
        """Stops the server, unless it runs elsewhere."""
        self._close()

    def _close(self) -> None:
        if self._process:
            self._process.stop()


class _Admin:
    """The admin API of a server."""

    def __init__(self, url: str, token: str | None, process: _Process | None) -> None:
        self.url = url
        self._url = urlsplit(url)
        self._token = token
        self._process = process
        secure = http.client.HTTPSConnection
        self._connect = secure if self._url.scheme == "https" else http.client.HTTPConnection

    def caller(self, app_id: str | None) -> _Call:
        """Calls about the Vault of an app, or about the server's own."""
        headers = {"x-apideck-app-id": app_id} if app_id else {}
        return lambda method, path, query, body: self._call(headers, method, path, query, body)

    def check(self) -> None:
        """The package and the program must have the same major and minor version."""
        here = metadata.version("vault-mock")
        answer = self.caller(None)("GET", "/health", {}, None)
        there = answer.get("version") if isinstance(answer, dict) else None
        if not isinstance(there, str):
            raise VaultError(f"what answers at {self.url} is not a vault-mock")
        if _release(there) != _release(here):
            age = "newer" if _release(there) > _release(here) else "older"
            raise VaultError(
                f"the server is vault-mock {there}, {age} than this package, {here}: "
                f"install vault-mock {there} here, or start a server of version {here}"
            )

    def _call(
        self,
        headers: Mapping[str, str],
        method: str,
        path: str,
        query: Mapping[str, Any],
        body: Mapping[str, Any] | None,
    ) -> Any:
        status, content = self._send(headers, method, path, query, body)
        try:
            answer = json.loads(content) if content else None
        except ValueError:
            raise VaultError(f"what answers at {self.url} is not a vault-mock") from None
        if status < 300:
            return answer
        problem = answer if isinstance(answer, dict) else {}
        detail = str(problem.get("detail", f"the answer is {status}"))
        if status == 409 and path == "/expectations/verify":
            raise UnmetExpectation(detail)
        if status == 401:
            raise VaultError(f"the admin API refuses: {detail}")
        wrong = [f"; {_place(error)}: {error['detail']}" for error in problem.get("errors", [])]
        raise VaultError(f"{method} {path}: {detail}{''.join(wrong)}")

    def _send(
        self,
        headers: Mapping[str, str],
        method: str,
        path: str,
        query: Mapping[str, Any],
        body: Mapping[str, Any] | None,
    ) -> tuple[int, bytes]:
        content = None if body is None else json.dumps(body)
        headers = dict(headers) | _given(**{"x-vault-mock-token": self._token})
        if content is not None:
            headers["content-type"] = "application/json"
        target = f"{self._url.path}{_PREFIX}{path}{'?' if query else ''}{urlencode(query)}"
        # No proxy of the environment comes between a test and its server.
        connection = self._connect(self._url.netloc, timeout=_PATIENCE)
        try:
            connection.request(method, target, content, headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException) as error:
            if self._process and (stopped := self._process.stopped()):
                raise VaultError(stopped) from None
            raise VaultError(f"no answer from {self.url}: {error}") from None
        finally:
            connection.close()


class _Process:
    """A server of one's own."""

    def __init__(
        self, program: str, address: str, arguments: Sequence[str], variables: Mapping[str, str]
    ) -> None:
        command = [program, "serve", "--addr", address, "--frozen-at", "now", *arguments]
        # What a developer's shell says must not change what a test sees.
        inherited = {name: v for name, v in os.environ.items() if not name.startswith("VAULT_MOCK_")}
        environment = {**inherited, **variables}
        pipe = subprocess.PIPE
        try:
            self._child = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe, env=environment
            )
        except OSError as error:
            raise VaultError(_not_started(program, error)) from None
        self._log: collections.deque[bytes] = collections.deque(maxlen=10)
        self._reader = threading.Thread(target=self._read_log, daemon=True)
        self._reader.start()
        self.announcement = self._announcement(program)

    def _announcement(self, program: str) -> dict[str, str]:
        """The first line on standard output says where it listens, once it does."""
        assert self._child.stdout
        late = threading.Timer(_PATIENCE, self._child.kill)
        late.start()
        line = self._child.stdout.readline()
        late.cancel()
        try:
            told: dict[str, str] = json.loads(line)
            told["url"]
        except (ValueError, TypeError, KeyError):
            self._child.kill()
            why = self._ended()
            raise VaultError(f"{program} did not start: {why}") from None
        return told

    def stopped(self) -> str | None:
        """Why there is no answer, if the server has ended."""
        try:
            # A connection breaks a moment before the process is gone.
            code = self._child.wait(1)
        except subprocess.TimeoutExpired:
            return None
        how = f"by {signal.Signals(-code).name}" if code < 0 else f"with exit code {code}"
        return f"the server has ended {how}; its last words:\n{self._ended()}"

    def stop(self) -> None:
        self._child.terminate()
        try:
            self._child.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self._child.kill()
        self._ended()

    def _read_log(self) -> None:
        assert self._child.stderr
        self._log.extend(self._child.stderr)

    def _ended(self) -> str:
        """The end of the log, once there is no more of it."""
        assert self._child.stdout and self._child.stderr
        self._child.wait()
        self._reader.join(1)
        self._child.stdout.close()
        return b"".join(self._log).decode(errors="replace").strip() or "it said nothing"


def program() -> str:
    """The path of the program: that of this package, unless `VAULT_MOCK_PROGRAM` names another."""
    if given := os.environ.get("VAULT_MOCK_PROGRAM"):
        return given
    name = "vault-mock.exe" if os.name == "nt" else "vault-mock"
    for file in metadata.files("vault-mock") or []:
        if file.name == name:
            return str(file.locate())
    if found := shutil.which(name):
        return found
    raise VaultError(
        f"the package vault-mock has no program for {sysconfig.get_platform()}: "
        "`cargo install vault-mock-cli` builds it; then it is found on the PATH"
    )


def _path(given: str | os.PathLike[str] | None) -> str:
    return program() if given is None else os.fspath(given)


def _not_started(program: str, error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return f"the program {program} is missing: install the package vault-mock again"
    if error.errno == errno.ENOEXEC:
        return f"the program {program} is for another platform than {sysconfig.get_platform()}"
    return f"the program {program} cannot be executed: {error.strerror}"


def _release(version: str) -> tuple[int, ...]:
    numbers = version.split("+")[0].split("-")[0].split(".")[:2]
    return tuple(int(number) if number.isdigit() else 0 for number in numbers)


def _given(**members: Any) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}


def _seconds(duration: timedelta | float) -> float:
    return duration.total_seconds() if isinstance(duration, timedelta) else duration


def _place(error: Mapping[str, str]) -> str:
    return error.get("pointer") or error.get("parameter") or "the request"
