"""The stored text of a message: plain, clean and limited in length."""

from email.message import EmailMessage

import pytest

from portal.email.bodies import LONGEST_TEXT, kept_text, message
from portal.email.headers import header
from tests.email.environment import PRIYA, ROSA, EmailEnvironment
from tests.email.graph_items import item
from tests.support.raw_rows import raw


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


def listed(attached: list[object], *, text: str = "", page: str | None = None) -> list[str]:
    answer = {"body": {"contentType": "text", "content": text}, "attachments": attached}
    html = {"contentType": "html", "content": page} if page else None
    return [each.name for each in message(header(item()), answer, page=html).attachments]


def picture(name: str, content_id: str | None) -> dict[str, object]:
    shown = {"id": name, "name": name, "contentType": "image/png", "isInline": True}
    return shown | {"contentId": content_id}


def test_files_are_listed_inline_or_not() -> None:
    pdf = {"contentType": "application/pdf", "size": 9, "contentId": "plan"}
    attached = [
        {"id": "1", "name": "cv.pdf", **pdf},
        {"id": "2", "name": "plan.pdf", "isInline": True, **pdf},
        {"name": "no id"},
        "nonsense",
    ]

    assert listed(attached, text="[cid:plan]") == ["cv.pdf", "plan.pdf"]


@pytest.mark.parametrize(
    ("content_id", "text", "page"),
    [
        ("logo@mail", "Rosa\n[cid:logo@mail]", None),
        ("<Logo@mail>", "Rosa", '<img src="cid:logo@MAIL">'),
        ("logo@mail", "[Our logo]", "<img alt='Our logo' src=cid:logo%40mail>"),
        ("a&b", "", '<td background="cid:a&amp;b">'),
    ],
)
def test_picture_that_the_text_shows_is_no_attachment(
    content_id: str, text: str, page: str | None
) -> None:
    assert listed([picture("logo.png", content_id)], text=text, page=page) == []


@pytest.mark.parametrize("content_id", ["photo", "logo", "logo@mail2", "", None])
def test_picture_that_the_text_does_not_show_is_listed(content_id: str | None) -> None:
    page = '<img src="cid:logo@mail"> Please find the photo below. cid: is no address.'

    assert listed([picture("photo.png", content_id)], page=page) == ["photo.png"]


def test_sync_lists_what_the_text_does_not_show(env: EmailEnvironment) -> None:
    env.candidate("Rosa Ortega", ROSA)
    env.arrives(PRIYA, with_pictures())

    env.sync(env.connect(PRIYA))

    assert names(env) == ["cv.pdf", "photo.png"]


def test_pictures_are_listed_if_the_page_is_refused(env: EmailEnvironment) -> None:
    env.candidate("Rosa Ortega", ROSA)
    env.arrives(PRIYA, with_pictures())
    refusal = {"path": r"select=id,body(&|%26|$)(?!.*expand)", "status": 400, "times": 9}
    env.sandbox.control("POST", "faults", refusal)

    env.sync(env.connect(PRIYA))

    assert names(env) == ["cv.pdf", "logo.png", "photo.png"]


def with_pictures() -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = ROSA, PRIYA, "Portfolio"
    message["Message-ID"] = "<portfolio@mail.example>"
    message.set_content('<p>Hello</p><img alt="Me" src="cid:logo@mail">', subtype="html")
    for name, kind in (("logo", "image/png"), ("photo", "image/png"), ("cv", "application/pdf")):
        main, sub = kind.split("/")
        message.add_attachment(
            name.encode(),
            maintype=main,
            subtype=sub,
            filename=f"{name}.{sub}",
            disposition="inline",
            cid=f"<{name}@mail>",
        )
    return message.as_bytes()


def names(env: EmailEnvironment) -> list[str]:
    return [row["name"] for row in raw(env.rows).query("select name from attachments order by 1")]
