"""Runs what an image holds, as its configuration says: container.py IMAGE.json ROOT COMPOSE.yaml VERSION"""

import atexit
import json
import os
import pathlib
import signal
import socket
import stat
import subprocess
import sys
import urllib.error
import urllib.request

import yaml

image, root, compose, version = sys.argv[1:]
config = json.loads(pathlib.Path(image).read_text())["Docker"]["config"]
service = yaml.safe_load(pathlib.Path(compose).read_text())["services"]["vault-mock"]
LIMIT = 12_000_000

def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])

class Container:
    """What a runtime does: the image's user, command and variables, in the image's root."""

    def __init__(self, more: dict[str, str]) -> None:
        variables = dict(variable.split("=", 1) for variable in config["Env"])
        port = free_port()
        assert variables["VAULT_MOCK_ADDR"] == "0.0.0.0:8080"
        self.url = f"http://127.0.0.1:{port}"
        # Port 8080 of this machine may be somebody's.
        self.env = variables | {"VAULT_MOCK_ADDR": f"0.0.0.0:{port}"} | more
        assert not self.is_healthy()
        command = config["Entrypoint"] + config["Cmd"]
        self.process = subprocess.Popen(self.inside(command), env=self.env, stdout=subprocess.PIPE)
        atexit.register(self.process.kill)
        self.announced = json.loads(self.process.stdout.readline())

    def inside(self, command: list[str]) -> list[str]:
        # By its path, because the variables are those of the image alone.
        return ["/usr/sbin/chroot", f"--userspec={config['User']}", root, *command]

    def is_healthy(self) -> bool:
        kind, *command = config["Healthcheck"]["Test"]
        assert kind == "CMD"
        assert service["healthcheck"]["test"] == [kind, *command]
        return subprocess.run(self.inside(command), env=self.env, stderr=subprocess.DEVNULL).returncode == 0

    def ask(self, path: str, headers: dict[str, str], method: str = "GET") -> tuple[int, dict]:
        request = urllib.request.Request(f"{self.url}{path}", None, headers, method=method)
        try:
            with urllib.request.urlopen(request) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as refused:
            return refused.code, json.load(refused)

    def create(self, key: str, host: str) -> dict:
        ids = {"x-apideck-app-id": "my-app", "x-apideck-consumer-id": "account:12345"}
        headers = ids | {"authorization": f"Bearer {key}", "host": host}
        status, answer = self.ask("/vault/sessions", headers, "POST")
        assert status == 200, answer
        return answer["data"]

    def stop(self) -> None:
        self.process.send_signal(getattr(signal, config["StopSignal"]))
        assert self.process.wait(20) == 0
        assert not self.is_healthy()

# What the image is.
size = sum(file.stat().st_size for file in pathlib.Path(root).rglob("*") if file.is_file())
print(f"{size} bytes, user {config['User']}, ports {list(config['ExposedPorts'])}")
print("command", config["Entrypoint"] + config["Cmd"], "health check", config["Healthcheck"]["Test"])
assert size <= LIMIT, f"the image is larger than {LIMIT} bytes"
assert [str(file.relative_to(root)) for file in pathlib.Path(root).rglob("*") if file.is_file()] == ["vault-mock"]
assert config["Labels"]["org.opencontainers.image.version"] == version
assert config["Labels"]["org.opencontainers.image.licenses"] == "MIT OR Apache-2.0"
assert list(config["ExposedPorts"]) == ["8080/tcp"]

# What every runtime adds.
pathlib.Path(root, "dev").mkdir(exist_ok=True)
for name, minor in [("random", 8), ("urandom", 9)]:
    os.mknod(f"{root}/dev/{name}", stat.S_IFCHR | 0o666, os.makedev(1, minor))
    os.chmod(f"{root}/dev/{name}", 0o666)

# As it is: the keys are told in its first line.
container = Container({})
owner = pathlib.Path(f"/proc/{container.process.pid}").stat().st_uid
assert owner == int(config["User"].split(":")[0]) != 0, owner
assert container.is_healthy()
session = container.create(container.announced["api_key"], "mock.example:8080")
assert session["session_uri"].startswith("http://mock.example:8080/session/"), session
container.stop()

# As the compose file has it: credentials in files, and URLs for a browser outside.
secrets = pathlib.Path(root, "run/secrets")
secrets.mkdir(parents=True)
for name in service["secrets"]:
    secrets.joinpath(name).write_text(f"value-of-{name}\n")
container = Container(service["environment"])
assert set(container.announced) == {"secret", "url"}, list(container.announced)
session = container.create("value-of-apideck-api-key", "vault-mock:8080")
assert session["session_uri"].startswith("http://localhost:8080/session/"), session
token = {"x-vault-mock-token": "value-of-vault-mock-admin-token"}
assert container.ask("/__vault_mock/clock", token)[0] == 200
assert container.ask("/__vault_mock/clock", {})[0] == 401
container.stop()
print("the image does its job, is healthy while it does, and stops when it is told to")
