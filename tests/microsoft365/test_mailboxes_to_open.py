"""The number of mailboxes that consent opens, on the consent page and the receipt."""

from portal.microsoft365 import authorization_store
from tests.microsoft365.environment import Environment
from tests.support import builders

RECEIPT = "/admin/integrations/microsoft-365/consent-receipt"


def test_mailboxes_of_those_who_recruit_are_counted(env: Environment) -> None:
    builders.user(env.rows, "Nora Member")
    builders.user(env.rows, "Olaf Limited", role="limited")
    builders.user(env.rows, "Pia Disabled", is_enabled=0)
    builders.user(env.rows, "Quin Off")
    builders.mailbox(env.rows, "quin", is_syncing=0)
    before = authorization_store.count_mailboxes_to_open(env.rows)
    builders.user(env.rows, "Rolf Limited", role="limited")
    builders.mailbox(env.rows, "rolf")

    assert authorization_store.count_mailboxes_to_open(env.rows) == before + 1
    assert before == 1


def test_receipt_says_that_a_fence_is_needed(env: Environment) -> None:
    alex = env.visitor(env.person("alex"))

    shown = alex.text(RECEIPT)

    count = authorization_store.count_mailboxes_to_open(env.rows)
    assert f"Portal opens {count} mailbox" in shown
    assert "would let the application open every mailbox" in shown
