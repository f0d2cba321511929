"""README names every setting and every command, and nothing that does not exist."""

import re

import pytest

from portal import create_app
from portal.config import Config
from portal.setting_names import NAMES
from tests.architecture.sources import ROOT, modules, texts

README = (ROOT / "README.md").read_text("utf-8")
PAGES = ["README.md", *sorted(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md"))]
SETTING = re.compile(r"(?:PORTAL|MICROSOFT|GOOGLE)_[A-Z_]+")


def settings_read() -> set[str]:
    readers = ("portal/config.py", "portal/smtp_config.py")
    config = [module for module in modules("portal") if module.path in readers]
    return {text for module in config for _, text in texts(module) if SETTING.fullmatch(text)}


def test_readme_names_every_setting() -> None:
    table = set(re.findall(r"^\| `((?:PORTAL|MICROSOFT|GOOGLE)_[A-Z_]+)` \|", README, re.MULTILINE))

    assert settings_read() == table


def test_every_setting_is_spelt_out_for_misspelt_ones() -> None:
    assert settings_read() == set(NAMES)


def test_readme_names_every_command(config: Config) -> None:
    own = {"run", "shell", "routes"}  # Flask brings these
    commands = {*create_app(config).cli.commands} - own

    named = set(re.findall(r"^\| `flask --app wsgi ([a-z-]+)", README, re.MULTILINE))

    assert commands == named


def test_readme_names_targets_that_exist() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))

    code = re.findall(r"^    .*|`[^`]+`", README, re.MULTILINE)
    named = {name for line in code for name in re.findall(r"\bmake ([a-z]+)", line)}

    assert {"demo", "test"} <= named <= targets


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_to_files_that_exist(page: str) -> None:
    text = (ROOT / page).read_text("utf-8")

    linked = re.findall(r"\]\((?!http)([^)#]+)(?:#[^)]*)?\)", text)

    assert [path for path in linked if not ((ROOT / page).parent / path).is_file()] == []


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_to_headings_that_exist(page: str) -> None:
    text = (ROOT / page).read_text("utf-8")

    linked = re.findall(r"\]\(((?!http)[^)#]*)#([^)]+)\)", text)

    for path, anchor in linked:
        target = ((ROOT / page).parent / path) if path else ROOT / page
        headings = re.findall(r"^#+ (.+)$", target.read_text("utf-8"), re.MULTILINE)
        assert anchor in {slug(heading) for heading in headings}, (path, anchor)


def test_readme_leads_to_every_chapter() -> None:
    chapters = [page for page in PAGES if page != "README.md"]

    assert [page for page in chapters if f"({page})" not in README] == []


def slug(heading: str) -> str:
    """The anchor that GitHub makes of a heading."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


@pytest.mark.parametrize("path", sorted(ROOT.glob("requirements*.in")), ids=lambda path: path.name)
def test_each_requirement_has_its_reason(path: object) -> None:
    lines = (ROOT / str(path)).read_text("utf-8").splitlines()
    required = [line for line in lines if line and not line.startswith(("#", "-c"))]

    assert [line for line in required if "  # " not in line] == []
