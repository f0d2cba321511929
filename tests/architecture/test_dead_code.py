"""Code that nothing uses is found; what a template uses counts as used."""

from tests.architecture.dead_code import complaints, unused_in

SOURCES = {
    "portal/mail.py": """
class Mail:
    @property
    def subject(self): return ""

    @property
    def size(self): return 0

def show():
    return Mail()
""",
    "portal/routes.py": """
@bp.get("/mail")
def mail(): return show()
""",
}


def test_what_nothing_uses_is_found() -> None:
    found = list(unused_in(SOURCES, ["{{ mail.subject }}"]))

    assert found == [("size", "portal/mail.py:6 unused property 'size'")]


def test_exemption_names_what_is_unused() -> None:
    found = [("size", "portal/mail.py:6 unused"), ("validate_on", "portal/forms.py:9 unused")]

    assert complaints(found, {"validate_*": "called"}) == ["portal/mail.py:6 unused"]
    assert complaints(found, {"validate_*": "called", "size": "read"}) == []


def test_exemption_without_need_is_refused() -> None:
    assert complaints([], {"size": "read"}) == ["size is exempted without need"]
