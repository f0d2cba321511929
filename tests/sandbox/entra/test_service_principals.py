"""Service principals and grants, as the directory shows them."""

from tests.sandbox.answers import error
from tests.sandbox.callers import Caller, application
from tests.sandbox.messages import PRIYA
from tests.sandbox.sign_in import Visit
from tests.support.sandbox_server import CLIENT_ID, Sandbox

GRAPH = "00000003-0000-0000-c000-000000000000"


def reader(tenant: Sandbox) -> Caller:
    return application(tenant, "Application.Read.All", "Directory.Read.All")


def test_granted_roles_are_ids_that_graph_names(tenant: Sandbox) -> None:
    tenant.control("POST", "consent", {"roles": ["Mail.Read", "User.Read.All"]})
    directory = reader(tenant)

    ours = directory.read(f"/servicePrincipals(appId='{CLIENT_ID}')?$select=id,displayName")
    assigned = directory.read(f"/servicePrincipals/{ours['id']}/appRoleAssignments")["value"]
    graph = directory.read(f"/servicePrincipals(appId='{GRAPH}')?$select=id,appRoles")

    names = {role["id"]: role["value"] for role in graph["appRoles"]}
    assert ours["displayName"] == "Portal"
    assert {names[one["appRoleId"]] for one in assigned} == {"Mail.Read", "User.Read.All"}
    assert {one["resourceId"] for one in assigned} == {graph["id"]}


def test_service_principal_is_found_by_app_id_and_object_id(tenant: Sandbox) -> None:
    ours = reader(tenant).read(f"/servicePrincipals(appId='{CLIENT_ID}')")

    assert (ours["appId"], ours["accountEnabled"]) == (CLIENT_ID, True)
    assert reader(tenant).read(f"/servicePrincipals/{ours['id']}")["id"] == ours["id"]


def test_grants_are_for_everyone_or_for_one_person(tenant: Sandbox) -> None:
    Visit.registered(tenant).code()
    tenant.control("POST", "consent", {"scopes": ["User.Read"]})
    directory = reader(tenant)
    ours = directory.read(f"/servicePrincipals(appId='{CLIENT_ID}')")["id"]

    found = directory.read(f"/oauth2PermissionGrants?$filter=clientId eq '{ours}'")["value"]
    same = directory.read(f"/servicePrincipals/{ours}/oauth2PermissionGrants")["value"]

    kinds = {one["consentType"]: (one["principalId"], one["scope"]) for one in found}
    assert kinds["AllPrincipals"] == (None, "User.Read")
    assert kinds["Principal"][0] == tenant.oid(PRIYA)
    assert "Mail.Read" in kinds["Principal"][1].split()
    assert same == found


def test_application_that_is_not_installed_is_not_found(tenant: Sandbox) -> None:
    tenant.control("PATCH", f"applications/{CLIENT_ID}", {"installed": False})

    answer = reader(tenant).call("GET", f"/servicePrincipals(appId='{CLIENT_ID}')")

    assert error(answer) == (404, "Request_ResourceNotFound")


def test_service_principals_and_grants_need_permissions(tenant: Sandbox) -> None:
    people = application(tenant, "User.Read.All")

    for path in ("/servicePrincipals", "/oauth2PermissionGrants"):
        assert error(people.call("GET", path)) == (403, "Authorization_RequestDenied")


def test_installed_applications_are_listed(tenant: Sandbox) -> None:
    found = reader(tenant).read(f"/servicePrincipals?$filter=appId eq '{CLIENT_ID}'")["value"]

    assert [one["displayName"] for one in found] == ["Portal"]


def test_service_principal_is_found_by_a_value_of_a_list(tenant: Sandbox) -> None:
    directory = reader(tenant)
    name = "servicePrincipalNames/any(n:n eq 'https://graph.microsoft.com')"
    role = "appRoles/any(r:r/value eq 'Mail.Read')"
    tag = "tags/any(t:t eq 'WindowsAzureActiveDirectoryIntegratedApp')"

    found = {
        condition: [
            each["appId"]
            for each in directory.read(f"/servicePrincipals?$filter={condition}")["value"]
        ]
        for condition in (name, role, tag)
    }

    assert found == {name: [GRAPH], role: [GRAPH], tag: [CLIENT_ID]}
