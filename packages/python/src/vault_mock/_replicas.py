"""Several servers behind one address, steered as one."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from ._errors import UnmetExpectation, VaultError

if TYPE_CHECKING:
    from . import _Admin, _Call

#: Seconds that clocks which run with the system's may differ by.
_CLOCK_TOLERANCE = 2


class _Replicas:
    """The admin APIs of all replicas: what steers goes to each, and what is read is gathered."""

    def __init__(self, admins: Sequence[_Admin]) -> None:
        self._admins = admins

    def caller(self, app_id: str | None) -> _Call:
        return _Together([_Replica(admin.url, admin.caller(app_id)) for admin in self._admins])

    def check(self) -> None:
        """The replicas must be alike: of one version, with one key, app, secret and clock."""
        for admin in self._admins:
            admin.check()
        first, *others = [_Likeness.of(_Replica(admin.url, admin.caller(None))) for admin in self._admins]
        for other in others:
            if difference := other.difference(first):
                raise VaultError(f"the replica at {other.url} {difference}")


class _Replica(NamedTuple):
    url: str
    send: _Call

    def call(
        self, method: str, path: str, query: Mapping[str, Any], body: Mapping[str, Any] | None
    ) -> Any:
        try:
            return self.send(method, path, query, body)
        except VaultError as error:
            raise VaultError(f"the replica at {self.url}: {error}") from None


class _Likeness(NamedTuple):
    """What replicas have in common."""

    url: str
    read_at: float
    version: str
    client: dict[str, Any]
    clock: dict[str, Any]

    @classmethod
    def of(cls, replica: _Replica) -> _Likeness:
        version, client, clock = [
            replica.call("GET", path, {}, None) for path in ("/health", "/client", "/clock")
        ]
        return cls(replica.url, time.monotonic(), version["version"], client, clock)

    def difference(self, first: _Likeness) -> str | None:
        """What is not as it is at the first one, and what to do."""
        there = f"the one at {first.url}"
        if self.version != first.version:
            return f"is vault-mock {self.version}, and {there} is {first.version}: start all from one release"
        if self.client["api_key"] != first.client["api_key"]:
            return f"takes another API key than {there}: start both with the same --api-key-file"
        if self.client["app_id"] != first.client["app_id"]:
            return f"knows another app than {there}: start both with the same --app-id"
        if self.client["secret_fingerprint"] != first.client["secret_fingerprint"]:
            return f"signs with another secret than {there}: start both with the same --secret-file"
        scale, scale_there = self.clock["scale"], first.clock["scale"]
        if scale != scale_there:
            return f"has a clock of speed {scale}, and {there} one of {scale_there}: set both alike"
        run = (self.read_at - first.read_at) * scale
        ahead = (_time(self.clock["now"]) - _time(first.clock["now"])).total_seconds() - run
        if abs(ahead) > _CLOCK_TOLERANCE * scale:
            return f"has a clock that is {ahead:+g} s off that of {there}: set both alike"
        return None


class _Together:
    """Calls about one Vault that every replica has a part of."""

    def __init__(self, replicas: Sequence[_Replica]) -> None:
        self._replicas = replicas
        self._expected: list[Mapping[str, Any]] = []
        self._special: dict[tuple[str, str], Callable[..., Any]] = {
            ("GET", "/journal"): self._journal,
            ("GET", "/connections"): self._at_home,
            ("POST", "/connections/change"): self._at_home,
            ("POST", "/expectations"): self._expect,
            ("GET", "/expectations/verify"): self._verify,
        }

    def __call__(
        self, method: str, path: str, query: Mapping[str, Any], body: Mapping[str, Any] | None
    ) -> Any:
        if special := self._special.get((method, path)):
            return special(method, path, query, body)
        if method == "GET":
            return self._replicas[0].call(method, path, query, body)
        if path in ("/expectations", "/reset"):
            self._expected.clear()
        if path == "/keys/rotate":
            # Otherwise each would make up its own.
            body = {"secret": secrets.token_hex(32), **(body or {})}
        first, *others = self._all(method, path, query, body)
        if path == "/clock/freeze" and others:
            # Each has stopped at a moment of its own.
            self._all("PUT", "/clock", {}, {"now": first["now"]})
        return first

    def _all(self, *call: Any) -> list[Any]:
        return [replica.call(*call) for replica in self._replicas]

    def _journal(self, method: str, path: str, query: Mapping[str, Any], body: None) -> Any:
        journals = self._all(method, path, query, body)
        # Sorting keeps the order of each.
        entries = sorted((entry for one in journals for entry in one["entries"]), key=_at)
        limit = min(query.get("limit", len(entries)), len(entries))
        dropped = sum(one["dropped"] for one in journals)
        return {"entries": entries[len(entries) - limit :], "dropped": dropped}

    def _at_home(
        self, method: str, path: str, query: Mapping[str, Any], body: Mapping[str, Any] | None
    ) -> Any:
        """A consumer's connections are as they say where the consumer's latest request went."""
        owner = query or body or {}
        asked = {"app_id": owner["app_id"], "consumer_id": owner["consumer_id"], "limit": 1}
        latest = self._all("GET", "/journal", asked, None)
        visited = [(one["entries"][0], at) for one, at in zip(latest, self._replicas) if one["entries"]]
        if visited:
            _, home = max(visited, key=lambda visit: _at(visit[0]))
            return home.call(method, path, query, body)
        return self._all(method, path, query, body)[0]

    def _expect(
        self, method: str, path: str, query: Mapping[str, Any], body: Mapping[str, Any]
    ) -> None:
        # Whether the replicas understand it.
        self._replicas[0].call("POST", "/expectations/check", {}, body)
        self._expected.append(body)

    def _verify(self, *_: Any) -> None:
        unmet = [report for expected in self._expected if (report := self._unmet(expected))]
        if unmet:
            raise UnmetExpectation("\n\n".join(unmet))

    def _unmet(self, expected: Mapping[str, Any]) -> str | None:
        """Counts at all replicas; how it differs is each one's text."""
        most = expected.get("most")
        least = expected.get("least", 1 if most is None else 0)
        check: tuple[Any, ...] = ("POST", "/expectations/check", {})
        # What is left to complain of is a journal that has dropped what would have to be counted.
        counted = self._all(*check, {**expected, "least": 0})
        found = sum(len(one["found"]) for one in counted)
        is_certain = not any(one["report"] for one in counted)
        if is_certain and least <= found and (most is None or found <= most):
            return None
        wanted = f"at least {least}" if most is None else f"{least} to {most}"
        wanted = f"exactly {most}" if least == most else wanted
        lines = [f"{expected.get('name', 'requests')}: expected {wanted}, found {found} at all replicas"]
        for replica, one in zip(self._replicas, self._all(*check, expected)):
            lines.append(f"at {replica.url}: {one['report'] or len(one['found'])}")
        return "\n".join(lines)


def _at(entry: Mapping[str, Any]) -> datetime:
    return _time(entry["at"])


def _time(text: str) -> datetime:
    """RFC 3339 in UTC; digits past microseconds are cut off."""
    seconds, _, fraction = text.removesuffix("Z").partition(".")
    return datetime.fromisoformat(f"{seconds}.{fraction[:6]:<06}+00:00")
