"""An account of python-o365, signed in at the practice tenant."""

from typing import Any

from tests.clients.msal_client import application
from tests.clients.sign_in import REDIRECT, SignIn
from tests.support.sandbox_server import CLIENT_ID, CLIENT_SECRET, TENANT_ID, Sandbox


def signed_in(tenant: Sandbox, sign_in: SignIn, name: str, scopes: tuple[str, ...]) -> Any:
    from O365 import Account, MSGraphProtocol
    from O365.utils.token import MemoryTokenBackend

    class Protocol(MSGraphProtocol):  # type: ignore[misc]  # python-o365 ships no types
        _protocol_url = f"{tenant.url}/"

    account = Account(
        (CLIENT_ID, CLIENT_SECRET),
        protocol=Protocol(),
        tenant_id=TENANT_ID,
        token_backend=MemoryTokenBackend(),
        verify_ssl=str(tenant.certificate),
    )
    # It has no setting for the authority, and msal would ask Microsoft about an unknown one.
    account.con._msal_client = application(tenant)
    account.con._msal_client.token_cache = account.con.token_backend
    asked = ["https://graph.microsoft.com/" + scope for scope in scopes]
    url, flow = account.con.get_authorization_url(asked, redirect_uri=REDIRECT)
    answer = sign_in(url, name)
    back = REDIRECT + "?" + "&".join(f"{key}={value}" for key, value in answer.items())
    assert account.con.request_token(back, flow=flow)
    return account
