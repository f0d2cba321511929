"""The walks of docs/contributing.md are the ones the product takes, with nothing between."""

import re

from portal.storage.rows import Rows
from tests.architecture.sources import ROOT
from tests.email.environment import PRIYA, ROSA, EmailEnvironment, raw_message
from tests.support import builders
from tests.support.visitors import Visitor
from tests.support.walks import walked

GUIDE = (ROOT / "docs/contributing.md").read_text("utf-8")
STEP = re.compile(r"^\d+\. `portal/([\w/]+)\.py` `(\w+)`", re.MULTILINE)


def steps(heading: str) -> list[str]:
    """The functions listed below a heading of the guide."""
    section = GUIDE.split(f"# {heading}\n", 1)[1].split("\n#", 1)[0]
    return [f"{path.replace('/', '.')}.{name}" for path, name in STEP.findall(section)]


def test_alias_switch_takes_three_functions(rows: Rows, visit_priya: Visitor) -> None:
    builders.connection(rows, "priya")
    builders.mailbox(rows, "priya")
    builders.alias(rows, "priya", "talent@northwind.example")
    listed = steps("An alias is switched on")

    with walked(listed[-1], ("email", "email_settings")) as walks:
        visit_priya.post("/settings/email/aliases/talent/inclusion", {"on": "1", "start": "now"})

    assert len(listed) == 3
    assert walks == [listed]


def test_page_after_it_takes_two_functions(rows: Rows, visit_priya: Visitor) -> None:
    builders.connection(rows, "priya")
    builders.mailbox(rows, "priya")
    listed = steps("The Email page is shown after it")

    with walked(listed[-1], ("email", "email_settings")) as walks:
        visit_priya.get("/settings/email")

    assert len(listed) == 2
    assert walks == [listed]


def test_message_reaches_the_feed_as_listed(env: EmailEnvironment) -> None:
    env.candidate("Rosa Ortega", ROSA)
    priya = env.connect(PRIYA)
    env.sync(priya)
    env.arrives(PRIYA, raw_message("Portfolio"))
    listed = steps("A message becomes a feed entry")

    with walked(listed[-1], ("email", "candidates")) as walks:
        env.sync(priya)

    assert len(listed) <= 10
    assert listed in walks
