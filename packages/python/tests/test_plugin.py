"""What a run of pytest prints, green and red."""

from __future__ import annotations

import pytest

HEAD = "import os, signal, urllib.request\n"
CREATE = """
def create(vault, consumer="account:12345"):
    headers = {"authorization": f"Bearer {vault.api_key}", "x-apideck-app-id": vault.app_id}
    headers |= {"x-apideck-consumer-id": consumer}
    url = f"{vault.url}/vault/sessions"
    urllib.request.urlopen(urllib.request.Request(url, b"", headers)).close()
"""


def run(pytester: pytest.Pytester, test: str, *arguments: str) -> pytest.RunResult:
    pytester.makepyfile(HEAD + CREATE + test)
    return pytester.runpytest_subprocess("-p", "no:cacheprovider", *arguments)


def test_what_is_expected_and_happens_passes(pytester: pytest.Pytester) -> None:
    result = run(pytester, "def test(vault_mock): vault_mock.expect(1); create(vault_mock)")
    result.assert_outcomes(passed=1)


def test_what_is_expected_and_does_not_happen_fails_the_test_with_the_text_of_the_mock(
    pytester: pytest.Pytester,
) -> None:
    test = """
def test(vault_mock):
    vault_mock.expect(1, name="the dashboard's session", consumer_id="account:12345")
    create(vault_mock, "account:54321")
"""
    result = run(pytester, test)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*the dashboard's session*", "*account:54321*"])
    result.stdout.no_fnmatch_line("*Traceback*")
    result.stdout.no_fnmatch_line("*pytest_plugin.py*")


def test_a_fixture_between_them_changes_nothing(pytester: pytest.Pytester) -> None:
    test = """
import pytest

@pytest.fixture
def client(vault_mock):
    vault_mock.expect(1, name="by way of a fixture")

def test(client): pass

def test_asked_for_late(request):
    request.getfixturevalue("vault_mock").expect(1, name="late")
"""
    result = run(pytester, test)
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(["*by way of a fixture*", "*late*"])


def test_what_a_test_says_itself_comes_first(pytester: pytest.Pytester) -> None:
    test = """
def test(vault_mock):
    vault_mock.expect(1, name="not looked at")
    assert 1 == 2
"""
    result = run(pytester, test)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*assert 1 == 2*"])
    result.stdout.no_fnmatch_line("*not looked at: expected*")


def test_a_server_that_dies_is_told_with_its_last_words(pytester: pytest.Pytester) -> None:
    test = """
def kill(server):
    os.kill(server._process._child.pid, signal.SIGKILL)

def test_first(vault_mock_server, vault_mock):
    kill(vault_mock_server)
    create(vault_mock)

def test_next(vault_mock): pass
"""
    result = run(pytester, test)
    result.assert_outcomes(failed=1, errors=1)
    result.stdout.fnmatch_lines(
        [
            "the server has ended by SIGKILL; its last words:",
            "*listening*",
            "the server has ended by SIGKILL; its last words:",
            "*listening*",
        ],
    )


def test_a_server_that_cannot_start_is_told_once_for_each_test_in_one_line(
    pytester: pytest.Pytester,
) -> None:
    pytester.makeini("[pytest]\nvault_mock_arguments = --validation loose")
    result = run(pytester, "def test(vault_mock): pass")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*did not start: *loose*"])


def test_flags_are_taken_from_the_configuration(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nvault_mock_arguments = --validation lenient")
    test = "def test(vault_mock): assert vault_mock.settings.read()['validation'] == 'lenient'"
    run(pytester, test).assert_outcomes(passed=1)


def test_a_server_that_runs_elsewhere_is_used(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    from vault_mock import VaultServer

    test = "def test(vault_mock): vault_mock.expect(1); create(vault_mock)"
    with VaultServer.start(admin_token="token") as server:
        monkeypatch.setenv("VAULT_MOCK_URL", server.url)
        monkeypatch.setenv("VAULT_MOCK_ADMIN_TOKEN", "token")
        run(pytester, test).assert_outcomes(passed=1)
        monkeypatch.setenv("VAULT_MOCK_ADMIN_TOKEN", "wrong")
        result = run(pytester, test)
        result.assert_outcomes(errors=1)
        result.stdout.fnmatch_lines(["the admin API refuses: this is not the admin token"])
