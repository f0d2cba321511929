"""The page rules find what they look for."""

import pytest

from tests import pages

GOOD = """<!doctype html><html lang="en"><head><title>Email - Portal</title></head><body>
<svg><title>A drawing</title></svg><h1>Email</h1>
<form method="post"><input type="hidden" name="csrf_token" value="x">
<label for="name">Name</label><input id="name" name="name">
<label>Role <select name="role"></select></label>
<button>Save</button><button aria-label="Close"><svg></svg></button></form>
<form method="get"><input type="search" name="q" aria-label="Search"></form>
<img src="a.png" alt=""></body></html>"""


def test_good_page_passes() -> None:
    assert pages.complaints(GOOD) == []


@pytest.mark.parametrize(
    ("good", "bad", "complaint"),
    [
        ("<h1>Email</h1>", "", "it has 0 headings of the first level: []"),
        ("<h1>Email</h1>", "<h1> </h1>", "it has 1 headings of the first level: ['']"),
        (
            "<h1>Email</h1>",
            "<h1>Mail</h1>",
            "the title ['Email - Portal'] does not start with the heading 'Mail'",
        ),
        ("</h1>", "</h1><h3>Sync</h3>", "a heading of level 3 follows one of level 1"),
        ("<h1>", '<h1 id="name">', "id 'name' is used 2 times"),
        ('<label for="name">', "<label>", "field 'name' has no label"),
        ("<label>Role <select", "<select", "field 'role' has no label"),
        (' aria-label="Search"', "", "field 'q' has no label"),
        ('name="csrf_token"', 'name="other"', "form 1 (post) has 0 form tokens"),
        ('method="get">', 'method="get"><input name="csrf_token" type="hidden">',
         "form 2 (get) has 1 form tokens"),
        ("<button>Save", "<button>", "button 1 has no name"),
        (' aria-label="Close"', "", "button 2 has no name"),
        (' alt=""', "", "no alternative text for a.png"),
        (' lang="en"', "", "the language is not named"),
    ],
)  # fmt: skip  # one case to a line where it fits
def test_missing_piece_is_found(good: str, bad: str, complaint: str) -> None:
    assert pages.complaints(GOOD.replace(good, bad, 1)) == [complaint]
