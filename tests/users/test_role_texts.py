"""The abilities of each role, in words that belong to the routes."""

from flask import Flask

from portal.storage.rows import Rows
from portal.users import role_texts
from portal.users.models import Role
from portal.users.role_texts import RouteGroup
from portal.web.access import Access, access_of
from tests.support import builders
from tests.support.visitors import visitor

PAGE = "/admin/users/roles"


def routes(app: Flask) -> list[tuple[str, Access]]:
    found = [(rule.rule, access_of(app, rule.endpoint)) for rule in app.url_map.iter_rules()]
    return [(rule, access) for rule, access in found if access.needs_person]


def test_every_route_for_people_has_a_text(rows: Rows, app: Flask) -> None:
    assert [rule for rule, _ in routes(app) if role_texts.group_of(rule) is None] == []


def test_every_text_belongs_to_a_route(rows: Rows, app: Flask) -> None:
    used = {role_texts.group_of(rule) for rule, _ in routes(app)}

    assert set(role_texts.GROUPS) - used == set()


def test_longest_path_names_the_text() -> None:
    group = role_texts.group_of("/settings/email/why")

    assert group is not None
    assert group.path == "/settings/email/why"
    assert role_texts.group_of("/settings/unknown") is None
    assert not RouteGroup("/candidates", "").has("/candidates-of-others")


def test_role_is_the_one_of_the_marker() -> None:
    found = role_texts.abilities([("/candidates", Role.MEMBER), ("/x", Role.ADMIN)])

    assert found[Role.LIMITED] == found[Role.ADMIN] == []
    assert len(found[Role.MEMBER]) == 1


def test_page_shows_the_roles_to_admins_alone(rows: Rows, app: Flask) -> None:
    builders.user(rows, "Alex Berg", role="admin")
    builders.user(rows, "Priya Kaur")

    shown = visitor(app, "alex").text(PAGE)

    assert "Sees all candidates, their feeds, messages and attachments, except" in shown
    assert shown.count("Sees all candidates") == 1
    assert shown.index("Turns their email sync on or off") < shown.index("Sees all candidates")
    assert shown.index("Sees all candidates") < shown.index("Reads and exports the audit log.")
    assert visitor(app, "priya").get(PAGE).status_code == 403
