"""Commands that fence the application, with the mailboxes that Portal opens."""

from portal.diagnostics import fence
from portal.microsoft365 import authorization_store
from tests.microsoft365.environment import Environment
from tests.support import builders

CHECKS = "/admin/integrations/microsoft-365/checks"


def test_commands_name_exactly_the_mailboxes_that_are_opened(env: Environment) -> None:
    builders.user(env.rows, "Nora Member")
    builders.user(env.rows, "Olaf Limited", role="limited")
    alex = env.visitor(env.person("alex"))

    shown = alex.get(CHECKS).text

    opened = authorization_store.mailboxes_to_open(env.rows)
    assert "nora@northwind.example" in opened
    for address in opened:
        assert f"&#39;{address}&#39;" in shown
    assert "olaf@northwind.example" not in shown
    assert f"{len(opened)} mailbox" in shown
    assert f"-AppId &#39;{env.services.config.microsoft.client_id}&#39;" in shown


def test_addresses_stay_text_in_powershell() -> None:
    told = fence.commands(
        "an-id", ["o'neill@x.example", "$(evil)@x.example", "a\u2019b@x.example"], sends=False
    )

    members = "'o''neill@x.example','$(evil)@x.example','a\u2019\u2019b@x.example'"
    assert f"-Members {members}\n" in told


def test_without_mailboxes_the_group_is_empty() -> None:
    assert "-Members @()\n" in fence.commands("an-id", [], sends=False)


def test_fence_holds_for_sending_where_the_organization_sends(env: Environment) -> None:
    alex = env.visitor(env.person("alex"))
    before = alex.get(CHECKS).text
    with env.rows.write():
        authorization_store.save_sending(env.rows, wanted=True)

    after = alex.get(CHECKS).text

    assert "Application Mail.Send" not in before
    assert "remove the application permission Mail.Read." in before
    assert "-Role &#34;Application Mail.Send&#34;" in after
    assert "remove the application permissions Mail.Read and Mail.Send." in after
    assert "First grant Mail.Read and Mail.Send in Entra again." in after
    assert "Remove-ManagementRoleAssignment &#34;Portal sending&#34;" in after
