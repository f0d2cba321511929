"""The stored text of a message: plain, clean and limited in length."""

from portal.email.bodies import LONGEST_TEXT, kept_text, message
from portal.email.headers import header
from tests.email.graph_items import item


def text(content: object, kind: str = "text") -> tuple[str, bool]:
    return kept_text({"contentType": kind, "content": content})


def test_text_keeps_lines_and_drops_control_characters() -> None:
    assert text("Hello\r\nRosa\rhow\tare\x00 you\x1b\ud83d?") == (
        "Hello\nRosa\nhow\tare you?",
        False,
    )


def test_text_is_cut_between_two_characters() -> None:
    short, is_short_cut = text("ä" * (LONGEST_TEXT // 2))
    long, is_long_cut = text("a" + "ä" * (LONGEST_TEXT // 2))

    assert (len(short.encode()), is_short_cut) == (LONGEST_TEXT, False)
    assert (len(long.encode()), is_long_cut) == (LONGEST_TEXT - 1, True)
    assert "\ufffd" not in long


def test_html_body_is_stored_as_text() -> None:
    page = "<head><style>p{}</style></head><p>Hello &amp; welcome</p><script>x</script>Rosa<br>now"

    assert text(page, "html") == ("Hello & welcome\nRosa\nnow", False)


def test_missing_body_is_empty() -> None:
    assert kept_text(None) == ("", False)
    assert text(None) == ("", False)


def test_pictures_in_the_text_are_no_attachments() -> None:
    attached = [
        {"id": "1", "name": "cv.pdf", "contentType": "application/pdf", "size": 9},
        {"id": "2", "name": "logo.png", "contentType": "image/png", "size": 9, "isInline": True},
        {"id": "3", "name": "plan.pdf", "contentType": "application/pdf", "isInline": True},
        {"name": "no id"},
        "nonsense",
    ]

    found = message(header(item()), {"body": {}, "attachments": attached})

    assert [each.name for each in found.attachments] == ["cv.pdf", "plan.pdf"]
