"""PyPI apideck, the older SDK, against vault-mock."""

import json
import os

import apideck
from apideck.api import vault_api
from apideck.model.connection import Connection
from apideck.model.session import Session


def api(key: str) -> vault_api.VaultApi:
    configuration = apideck.Configuration(host=os.environ["VAULT_MOCK_URL"])
    configuration.api_key["apiKey"] = key
    configuration.api_key_prefix["apiKey"] = "Bearer"
    return vault_api.VaultApi(apideck.ApiClient(configuration))


def raises(error: type, status: int, call) -> None:
    try:
        call()
    except error as raised:
        assert raised.status == status, raised.status
        assert json.loads(raised.body)["type_name"], raised.body
    else:
        raise AssertionError(f"{error.__name__} was not raised")


ids = {"consumer_id": "python-legacy", "app_id": "sdk-app"}
vault = api("KEY")
session = Session(redirect_uri="https://mysaas.com/dashboard")
created = vault.sessions_create(**ids, session=session).data
assert created.session_uri, created

listed = vault.connections_all(**ids).data
assert [item.id for item in listed][:2] == ["crm+salesforce", "hris+bamboohr"], listed
one = vault.connections_one("salesforce", "crm", **ids).data
assert one.state.value == "callable", one
added = vault.connections_update("close", "crm", Connection(enabled=True), **ids).data
assert added.state.value == "added", added
settings = Connection(settings={"api_key": "k"})
done = vault.connections_update("close", "crm", settings, **ids).data
assert done.state.value == "callable", done
vault.connections_delete("salesforce", "crm", **ids)
assert vault.connections_one("salesforce", "crm", **ids).data.state.value == "available"

raises(apideck.exceptions.UnauthorizedException, 401, lambda: api("wrong").sessions_create(**ids))
raises(apideck.exceptions.NotFoundException, 404, lambda: vault.connections_one("x", "crm", **ids))
raises(apideck.ApiException, 422, lambda: vault.connections_token("close", "crm", **ids))
print("apideck (PyPI): as the service")
