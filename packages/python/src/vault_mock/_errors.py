from __future__ import annotations


class VaultError(Exception):
    """The server, or a call of its admin API, is not as it must be; the text says what to do."""

    __module__ = "vault_mock"


class UnmetExpectation(AssertionError):
    """What was expected did not happen; the text says what came nearest, and how it differs."""

    __module__ = "vault_mock"
