"""Every component renders, and its pages pass the page rules."""

from pathlib import Path

import pytest

from tests import pages
from tests.design import gallery

PAGES = [*sorted(path.name for path in gallery.PAGES.glob("*.html")), "errors/error.html"]
COMPONENTS = sorted(path.stem for path in (gallery.PROJECT / "templates/components").glob("*.html"))


@pytest.mark.parametrize("name", PAGES)
def test_page_keeps_the_page_rules(name: str) -> None:
    page = gallery.environment().get_template(name).render(gallery.context())

    assert pages.complaints(page) == []


@pytest.mark.parametrize("component", COMPONENTS)
def test_component_is_one_macro_of_its_file_name(component: str) -> None:
    template = gallery.environment().get_template(f"components/{component}.html")

    macros = [name for name in dir(template.module) if not name.startswith("_")]

    assert component in macros


@pytest.mark.parametrize("component", COMPONENTS)
def test_component_is_shown_in_the_gallery(component: str) -> None:
    shown = "".join(path.read_text() for path in gallery.PAGES.glob("*.html"))
    layouts = gallery.PROJECT / "templates" / "layouts"
    shown += "".join(path.read_text() for path in layouts.glob("*.html"))

    assert f"components/{component}.html" in shown


@pytest.mark.parametrize("status", [400, 403, 404, 405, 413, 422, 429, 500])
def test_error_page_says_what_to_do_and_names_its_number(status: int) -> None:
    template = gallery.environment().get_template("errors/error.html")

    page = template.render({**gallery.context(), "status": status})

    assert f"Error {status} · reference 7f3a-91c2" in page


def test_sentence_of_an_error_replaces_the_default() -> None:
    template = gallery.environment().get_template("errors/error.html")

    page = template.render({**gallery.context(), "message": "Kim Lund is <not> here."})

    assert '<p class="lead">Kim Lund is &lt;not&gt; here.</p>' in page


def test_quoted_text_keeps_its_lines_and_nothing_else() -> None:
    template = gallery.environment().get_template("components/message_text.html")

    text = str(template.module.message_text(gallery.PARTS))  # type: ignore[attr-defined]  # a macro

    said = text.partition('<div class="said" dir="auto">')[2].partition("</div>")[0]
    assert said.startswith("Hi Rosa,\n\nthank you for the links, above all <a ")
    assert said.endswith("</a>. Shall we say Tuesday at two?\n\nPriya")


def test_gallery_is_written_with_its_linked_files(tmp_path: Path) -> None:
    written = gallery.build(tmp_path)

    assert len(written) == len(PAGES)
    assert (tmp_path / "static" / "portal.css").is_file()
