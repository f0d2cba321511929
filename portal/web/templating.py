"""Filters and globals of every template, with StrictUndefined. No query."""

from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, g, request
from flask.templating import Environment
from jinja2 import StrictUndefined

from portal import characters
from portal.clock import text, utc_now
from portal.config import Config
from portal.web.compression.static_files import needs_script, static_url
from portal.web.current import Nobody, current_user
from portal.web.form_tokens import form_token
from portal.wording import counted, number, verb

Places = tuple[tuple[str, str], ...]
PERSONAL: Places = (
    ("Personal info", "/settings/personal-info"),
    ("Microsoft 365", "/settings/microsoft-365"),
    ("Email", "/settings/email"),
    ("Calendar", "/settings/calendar"),
)
RECRUITING: Places = (("Candidates", "/candidates"), ("Interviews", "/interviews"))
ADMIN: Places = (
    ("Integrations", "/admin/integrations/marketplace"),
    ("Users", "/admin/users"),
    ("Scheduling", "/admin/scheduling"),
    ("Privacy", "/admin/privacy"),
    ("Jobs", "/admin/jobs"),
    ("Audit log", "/admin/audit-log"),
)
NOBODY = "page_without_person"
# Places whose pages are not all below them: each integration, and shared mailboxes, have their own.
BELOW = {
    "/admin/integrations/marketplace": ("/admin/integrations/", "/admin/sending"),
    "/settings/personal-info": ("/settings/personal-info/", "/settings/needs-you"),
    "/settings/email": ("/settings/email/", "/settings/mailboxes/"),
}


@dataclass(frozen=True)
class NavItem:
    label: str
    url: str
    is_current: bool
    needs_attention: bool
    failures: int = 0


@dataclass(frozen=True)
class NavGroup:
    label: str
    items: tuple[NavItem, ...]


@dataclass(frozen=True)
class Nav:
    """The navigation. It leaves out pages the person may not open."""

    home_url: str
    sign_out_url: str
    time_zone_url: str
    groups: tuple[NavGroup, ...]

    @property
    def needs_attention(self) -> bool:
        return any(item.needs_attention for group in self.groups for item in group.items)


class PlainGlobals(Environment):
    """One dict of globals for a template: Jinja compares them at each import of a macro.

    Its own chain of two dicts made that hundreds of calls a page.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return {**self.globals, **(d or {})}


def prepare_templates(
    app: Flask,
    config: Config,
    *,
    portal_name: Callable[[], str],
    paths_needing_attention: Callable[[], set[str]],
    recruiting_paths: Callable[[], set[str]],
    failures: Callable[[], Mapping[str, int]],
) -> None:
    """Find the paths of recruiting that a person may open, and those that need their attention.

    `failures` counts what failed on a path, for administrators. All once for each page.
    """
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.globals.update(
        is_test_mode=config.test_mode,
        csrf_token=form_token,
        static_url=static_url,
    )
    app.jinja_env.filters.update(iso=text, moment=moment, day=day, ago=ago, clean=clean, size=size)
    app.jinja_env.filters.update(full=full, weekday=weekday)
    app.jinja_env.filters.update(count=counted, number=number, verb=verb)
    app.jinja_env.filters.update(needs_script=needs_script)

    @app.context_processor
    def each_page() -> dict[str, Any]:
        paths = {rule.rule for rule in app.url_map.iter_rules()}
        if g.get(NOBODY):
            return {
                "csrf_token": form_token,
                "portal_name": config.portal_name,
                "current_user": Nobody(),
                "nav": _nav(paths, set(), set(), None),
            }
        waiting = paths_needing_attention() if current_user.is_authenticated else set()
        recruiting = recruiting_paths() if current_user.is_authenticated else set()
        return {
            "csrf_token": form_token,
            "portal_name": portal_name(),
            "current_user": current_user,
            "nav": _nav(paths, waiting, recruiting, failures() if current_user.is_admin else None),
        }


def leave_out_person() -> None:
    """Let the rest of this answer be a page that asks storage nothing."""
    setattr(g, NOBODY, True)


def _nav(
    paths: set[str], waiting: set[str], recruiting: set[str], failures: Mapping[str, int] | None
) -> Nav:
    """`failures` is None for people who do not administer."""
    groups = [("Personal settings", PERSONAL)]
    if recruiting:
        places = tuple(place for place in RECRUITING if place[1] in recruiting)
        groups.insert(0, ("Recruiting", places))
    if failures is not None:
        groups.append(("Admin", ADMIN))
    return Nav(
        home_url="/",
        sign_out_url="/signout",
        time_zone_url="/settings/personal-info#times",
        groups=tuple(
            NavGroup(
                label,
                tuple(
                    _item(*place, waiting, failures or {}) for place in places if place[1] in paths
                ),
            )
            for label, places in groups
        ),
    )


def _item(label: str, url: str, waiting: set[str], failures: Mapping[str, int]) -> NavItem:
    below = BELOW.get(url, (f"{url}/",))
    is_current = request.path == url or request.path.startswith(below)
    return NavItem(label, url, is_current, url in waiting, failures.get(url, 0))


def zone() -> tzinfo:
    """The viewer's time zone. UTC if its name is unknown on this machine."""
    try:
        return ZoneInfo(current_user.time_zone)
    except (KeyError, ValueError, OSError):
        return UTC


def moment(at: datetime) -> str:
    """today 14:00, yesterday 17:20, Tue 24 Nov 14:00, 3 March 2026 14:00

    With "UTC" behind it for people who have no time zone yet.
    """
    local, now = at.astimezone(zone()), utc_now().astimezone(zone())
    clock = f"{local:%H:%M}" if current_user.has_time_zone else f"{local:%H:%M} UTC"
    days = (now.date() - local.date()).days
    if days in (0, 1):
        return f"{'yesterday' if days else 'today'} {clock}"
    if local.year == now.year:
        return f"{local:%a} {local.day} {local:%b} {clock}"
    return f"{local.day} {local:%B %Y} {clock}"


def full(at: datetime) -> str:
    """Tuesday 24 November 2026, 14:00"""
    return f"{weekday(at)}, {at.astimezone(zone()):%H:%M}"


def weekday(at: datetime) -> str:
    """Tuesday 24 November 2026"""
    local = at.astimezone(zone())
    return f"{local:%A} {local.day} {local:%B %Y}"


def day(at: datetime) -> str:
    local = at.astimezone(zone())
    return f"{local.day} {local:%B %Y}"


def ago(at: datetime) -> str:
    """just now, 2 minutes ago, 3 days ago"""
    passed = utc_now() - at
    for unit, name in ((86400, "day"), (3600, "hour"), (60, "minute")):
        count = int(passed / timedelta(seconds=unit))
        if count > 0:
            return f"{counted(count, name)} ago"
    return "just now"


def clean(written: object) -> str:
    """A stranger's text without the characters that reverse it or hide in it."""
    return characters.clean(str(written))


def size(count: int) -> str:
    """14 KB"""
    if count < 1000:
        return counted(count, "byte")
    amount = count / 1000
    for unit in ("KB", "MB"):
        if amount < 1000:
            return f"{amount:.0f} {unit}" if amount >= 10 else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.1f} GB"
