"""PyPI apideck-unify against vault-mock."""

import base64
import json
import os

from apideck_unify import Apideck, models


def sdk(consumer: str, key: str = "KEY") -> Apideck:
    url = os.environ["VAULT_MOCK_URL"]
    return Apideck(api_key=key, consumer_id=consumer, app_id="sdk-app", server_url=url)


def raises(error: type, status: int, call) -> None:
    try:
        call()
    except error as raised:
        assert type(raised) is error, type(raised)
        assert raised.status_code == status, raised.status_code
        assert raised.data.type_name and raised.data.message and raised.data.ref, raised.data
    else:
        raise AssertionError(f"{error.__name__} was not raised")


client = sdk("python-unify")
settings = {"session_length": "30m", "allow_actions": [], "unified_apis": ["crm"]}
session = {"redirect_uri": "https://mysaas.com/dashboard", "settings": settings}
created = client.vault.sessions.create(session=session).create_session_response.data
claims = created.session_token.split(".")[1]
claims = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
assert claims["consumer_id"] == "python-unify", claims
assert claims["settings"]["allow_actions"] == [], claims
assert claims["exp"] - claims["iat"] == 1800, claims
assert created.session_uri.endswith("/session/" + created.session_token)
assert client.vault.sessions.create().create_session_response.data.session_token

connections = client.vault.connections
listed = connections.list(api="crm").get_connections_response.data
assert [item.id for item in listed] == ["crm+salesforce", "crm+close"], listed
assert [item.state for item in listed] == ["callable", "available"], listed
salesforce = {"service_id": "salesforce", "unified_api": "crm"}
one = connections.get(**salesforce).get_connection_response.data
assert one.auth_type == "oauth2" and one.revoke_url and one.created_at, one
close = {"service_id": "close", "unified_api": "crm"}
added = connections.update(**close, enabled=True).update_connection_response.data
assert (added.state, added.enabled) == ("added", True), added
done = connections.update(**close, settings={"api_key": "k"}).update_connection_response.data
assert (done.state, done.settings["api_key"]) == ("callable", "k"), done
checked = client.vault.validate_connection.state(**close)
assert checked.validate_connection_state_response.data.state == "callable", checked
deleted = connections.delete(**salesforce)
assert deleted.http_meta.response.status_code == 204, deleted
xero = {"service_id": "xero", "unified_api": "accounting"}
imported = connections.imports(**xero, credentials={"access_token": "a"})
assert imported.create_connection_response.data.state == "authorized", imported

raises(models.BadRequestResponse, 400, lambda: client.vault.sessions.create(
    session={"settings": {"session_length": "2 weeks"}}))
raises(models.UnauthorizedResponse, 401, lambda: sdk("c", "wrong").vault.sessions.create())
raises(models.PaymentRequiredResponse, 402, lambda: connections.list(
    http_headers={"x-vault-mock": "status=402"}))
raises(models.NotFoundResponse, 404, lambda: connections.get(
    service_id="nothing", unified_api="crm"))
raises(models.UnprocessableResponse, 422, lambda: connections.token(**salesforce))
print("apideck-unify (PyPI): as the service")
