"""Templates hold no inline style or script, and never switch escaping off."""

import pytest

from tests.architecture import surface
from tests.architecture.sources import Page, pages


def test_templates_are_plain() -> None:
    complaints = [complaint for page in pages() for complaint in surface.templates_are_plain(page)]

    assert complaints == []


@pytest.mark.parametrize(
    "markup",
    [
        "{{ name|safe }}",
        "{% autoescape false %}",
        '<p style="color: red">',
        '<p style="width: {{ width }}">',
        "<style>p {}</style>",
        "<script>go()</script>",
        '<button onclick="go()">',
        '<a href="javascript:go()">',
    ],
)
def test_templates_are_refused(markup: str) -> None:
    complaints = list(surface.templates_are_plain(Page("templates/x.html", f"<main>\n{markup}")))

    assert [complaint.split()[0] for complaint in complaints] == ["templates/x.html:2"]


@pytest.mark.parametrize(
    "markup",
    [
        '<script src="/static/js/switch.js" defer></script>',
        '{% set style = "full" %}',
        "<p>{{ time(moment, style='short') }}</p>",
    ],
)
def test_templates_pass(markup: str) -> None:
    assert list(surface.templates_are_plain(Page("templates/x.html", markup))) == []
