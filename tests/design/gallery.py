"""Write every component to a few static pages: python -m tests.design.gallery FOLDER."""

import shutil
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Form, PasswordField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Optional

from portal.web.compression.static_files import SCRIPT, joined_scripts, needs_script
from portal.wording import counted, number

PROJECT = Path(__file__).parents[2]
PAGES = PROJECT / "tests" / "design" / "pages"
NOW = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Item:
    label: str
    url: str = "#"
    is_current: bool = False
    needs_attention: bool = False
    failures: int = 0


@dataclass(frozen=True)
class Group:
    label: str
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Nav:
    groups: tuple[Group, ...]
    needs_attention: bool = True
    home_url: str = "#"
    sign_out_url: str = "#"
    time_zone_url: str = "#"


@dataclass(frozen=True)
class Segment:
    text: str
    href: str | None = None


@dataclass(frozen=True)
class Part:
    is_quoted: bool
    segments: tuple[Segment, ...]
    line_count: int


NAV = Nav(
    (
        Group("Recruiting", (Item("Candidates"),)),
        Group(
            "Personal settings",
            (
                Item("Personal info"),
                Item("Microsoft 365", needs_attention=True),
                Item("Email", is_current=True),
            ),
        ),
        Group("Admin", (Item("Users"), Item("Jobs"), Item("Audit log"))),
    )
)
PRIYA = {
    "role_notice": None,
    "is_authenticated": True,
    "has_time_zone": True,
    "display_name": "Priya Kaur",
    "initials": "PK",
    "is_admin": True,
    "is_member": True,
}
PARTS = (
    Part(
        False,
        (
            Segment("Hi Rosa,\n\nthank you for the links, above all "),
            Segment("https://portfolio.example/rosa", "https://portfolio.example/rosa"),
            Segment(". Shall we say Tuesday at two?\n\nPriya"),
        ),
        5,
    ),
    Part(
        True,
        (Segment("On Monday Rosa Ortega wrote:\n> Here is the portfolio I mentioned."),),
        2,
    ),
)


class Example(Form):  # type: ignore[misc]  # WTForms ships no types
    name = StringField("Name", [InputRequired("Enter a name.")])
    headline = StringField("Headline", [Optional()], description="For example: Product designer")
    addresses = TextAreaField("Email addresses", [InputRequired()], description="One on each line.")
    role = SelectField("Role", choices=["Limited", "Member", "Admin"])
    password = PasswordField("Password", [InputRequired("Enter your password.")])
    is_enabled = BooleanField("May sign in", description="Takes effect at the next request.")


def environment() -> Environment:
    """A Jinja environment like Portal's: strict, escaping, with the globals of the layouts."""
    made = Environment(
        loader=FileSystemLoader([PROJECT / "templates", PAGES]),
        undefined=StrictUndefined,
        autoescape=True,
    )
    made.globals.update(
        portal_name="Northwind Hiring",
        is_test_mode=True,
        current_user=PRIYA,
        nav=NAV,
        csrf_token=lambda: "token",
        url_for=lambda endpoint, filename="", **_: f"{endpoint}/{filename}" if filename else "#",
        static_url=lambda name: f"static/{name}",
        get_flashed_messages=lambda **_: [],
    )
    made.filters.update(
        iso=lambda at: at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        full=lambda at: f"{at.day} {at:%B %Y, %H:%M}",
        weekday=lambda at: f"{at:%A}",
        moment=lambda at: f"today {at:%H:%M}",
        day=lambda at: f"{at.day} {at:%B %Y}",
        ago=lambda at: f"{int((NOW - at).total_seconds() // 60)} minutes ago",
        clean=str,
        size=lambda count: f"{count // 1024} KB",
        count=counted,
        number=number,
        needs_script=needs_script,
    )
    return made


def context() -> dict[str, Any]:
    asked = Example(MultiDict({"name": "", "addresses": "rosa.ortega@mail.example"}))
    asked.validate()
    return {
        "form": Example(data={"name": "Rosa Ortega", "role": "Member"}),
        "asked": asked,
        "now": NOW,
        "earlier": NOW - timedelta(minutes=2),
        "parts": PARTS,
        "messages": [
            ("success", "talent@northwind.example is now synced."),
            ("success", {"text": "Your message goes out soon.", "button": "Undo", "action": "#"}),
            ("warning", "Kim Lund is enabled, but has no mailbox."),
            ("error", "Microsoft did not answer. Try again in a minute."),
        ],
        "status": 404,
        "title": "",
        "message": "",
        "reference": "7f3a-91c2",
        "way_on": "",
        "is_inside": False,
    }


def build(folder: Path) -> list[Path]:
    """Write the pages and the files they link to. Returns the pages."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copytree(PROJECT / "static", folder / "static", dirs_exist_ok=True)
    (folder / "static" / SCRIPT).write_bytes(joined_scripts(PROJECT / "static"))
    made = environment()
    written = []
    for name in [*sorted(path.name for path in PAGES.glob("*.html")), "errors/error.html"]:
        page = folder / Path(name).name
        page.write_text(made.get_template(name).render(context()), encoding="utf-8")
        written.append(page)
    return written


if __name__ == "__main__":
    for page in build(Path(sys.argv[1])):
        sys.stdout.write(f"{page}\n")
