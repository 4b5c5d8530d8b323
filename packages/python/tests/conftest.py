from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import vault_mock

pytest_plugins = ["pytester"]


@pytest.fixture
def executable(tmp_path: Path) -> Callable[[bytes, int], str]:
    """Writes a program."""

    def write(content: bytes, mode: int) -> str:
        path = tmp_path / "program"
        path.write_bytes(content)
        path.chmod(mode)
        return str(path)

    return write


@pytest.fixture(scope="session")
def openapi() -> Any:
    return json.loads(subprocess.check_output([vault_mock.program(), "openapi"]))
