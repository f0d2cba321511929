"""Microsoft's sign-in library, set up for the practice tenant."""

from typing import Any

from tests.support.sandbox_server import CLIENT_ID, CLIENT_SECRET, TENANT_ID, Sandbox


def application(tenant: Sandbox, credential: Any = CLIENT_SECRET) -> Any:
    import msal  # imported here, so that tests can be collected without msal

    return msal.ConfidentialClientApplication(
        CLIENT_ID,
        client_credential=credential,
        authority=f"{tenant.url}/{TENANT_ID}",
        verify=str(tenant.certificate),
        validate_authority=False,
        instance_discovery=False,
    )
