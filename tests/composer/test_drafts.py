"""Drafts: kept at each submit, for their author alone, for 14 days."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from portal import clock
from portal.composer.flash_texts import ComposerFlash
from portal.storage.rows import Rows
from tests.claims.checks import claims
from tests.composer.form import WRITE, counts, opened, send
from tests.support.raw_rows import raw
from tests.support.visitors import HOME, TOKEN, Visitor, visitor, words


def attach(priya: Visitor, *sizes: int, name: str = "offer.pdf", do: str = "attach") -> Any:
    token = TOKEN.search(priya.get(WRITE).text)
    files = [
        FileStorage(BytesIO(b"x" * size), name, content_type="application/pdf") for size in sizes
    ]
    values = {"csrf_token": token[1] if token else "", **opened(priya, do=do, files=files)}
    # The client leaves the file of a large body open, so it is given the bytes.
    boundary, body = encode_multipart(values)
    return priya.client.post(
        WRITE,
        base_url=HOME,
        data=body,
        content_type=f'multipart/form-data; boundary="{boundary}"',
        headers={"Origin": HOME, "Sec-Fetch-Site": "same-origin"},
    )


def files(rows: Rows) -> list[tuple[str, str, int]]:
    found = raw(rows).query("select name, content_type, size from draft_files order by position")
    return [(row["name"], row["content_type"], row["size"]) for row in found]


def test_a_draft_comes_back_with_all_that_was_typed(ready: Rows, priya: Visitor) -> None:
    send(priya, do="save", to="not an address", cc="sam@", subject="", day="2026-12-01")

    page = priya.get(WRITE).text

    for value in ("not an address", "sam@", "2026-12-01"):
        assert f'value="{value}"' in page
    assert "see you on Thursday." in page
    assert "Discard draft" in page
    assert counts(ready) == [0, 0, 0, 1]


@claims(ComposerFlash.DRAFT_SAVED)
def test_a_draft_is_its_authors_alone(ready: Rows, app: Flask, priya: Visitor) -> None:
    send(priya, do="save", text="For my eyes")

    assert "For my eyes" in priya.get(WRITE).text
    assert "For my eyes" not in visitor(app, "sam").get(WRITE).text


def test_a_draft_is_replaced_and_gone_once_sent(ready: Rows, priya: Visitor) -> None:
    send(priya, do="save")
    assert counts(ready)[3] == 1
    send(priya, do="save", text="Another text")
    assert counts(ready)[3] == 1

    send(priya)

    assert counts(ready) == [1, 1, 1, 0]


def test_a_late_autosave_does_not_bring_a_sent_draft_back(ready: Rows, priya: Visitor) -> None:
    values = opened(priya)
    priya.post(WRITE, values)

    answer = priya.post(WRITE, values | {"do": "autosave"})

    assert answer.status_code == 303
    assert counts(ready)[3] == 0


def test_an_autosave_answers_nothing_but_success(ready: Rows, priya: Visitor) -> None:
    answer = send(priya, do="autosave")

    assert (answer.status_code, answer.text) == (204, "")
    assert counts(ready)[3] == 1


@claims(ComposerFlash.DRAFT_DISCARDED)
def test_a_discarded_draft_is_gone_with_its_files(ready: Rows, priya: Visitor) -> None:
    attach(priya, 10)

    send(priya, do="discard")

    assert counts(ready)[3] == 0
    assert files(ready) == []


def test_a_draft_is_kept_for_14_days(ready: Rows, priya: Visitor) -> None:
    send(priya, do="save", text="Long ago")
    old = clock.text(clock.utc_now() - timedelta(days=14))
    with ready.write():
        raw(ready).execute("update drafts set updated_at = ?, candidate_id = 'rosa'", [old])

    assert "Long ago" not in priya.get(WRITE).text
    send(priya, do="save", text="New")
    assert [row["answers"] for row in raw(ready)["drafts"].rows] == [""]
    assert "Long ago" not in str(list(raw(ready)["drafts"].rows))


def test_other_drafts_to_the_candidate_are_named(ready: Rows, priya: Visitor) -> None:
    send(priya, do="save", subject="A first one")

    page = priya.get(f"{WRITE}?answers=portfolio")

    assert "A first one" in page.text
    assert 'href="/candidates/rosa/write"' in page.text


def test_files_are_attached_and_removed_without_a_script(ready: Rows, priya: Visitor) -> None:
    assert attach(priya, 10).status_code == 303
    assert attach(priya, 20, name="papers/cv.docx").status_code == 303
    page = priya.get(WRITE).text
    assert 'Remove<span class="visually-hidden"> offer.pdf</span>' in " ".join(page.split())

    send(priya, do="send", remove="0")

    assert files(ready) == [("cv.docx", "application/pdf", 20)]
    assert counts(ready)[:3] == [0, 0, 0]


def test_files_go_out_with_the_message(ready: Rows, priya: Visitor) -> None:
    attach(priya, 10)

    attach(priya, 20, name="cv.pdf", do="send")

    sent = [(row["name"], row["size"]) for row in raw(ready)["outbox_files"].rows]
    assert sent == [("offer.pdf", 10), ("cv.pdf", 20)]
    assert files(ready) == []


@pytest.mark.parametrize(
    ("sizes", "name", "sentence"),
    [
        ([1] * 11, "a.pdf", "A mail may have 10 files."),
        ([2_900_001], "a.pdf", "a mail may carry 2.9 MB of them together. Share a link instead."),
        ([1_500_000, 1_400_001], "a.pdf", "Share a link instead."),
        ([1], "a\u2028b.pdf", "The name of a file cannot be used."),
    ],
)
@pytest.mark.parametrize("do", ["attach", "send"])
def test_too_large_files_are_refused_and_none_is_kept(
    ready: Rows, priya: Visitor, sizes: list[int], name: str, sentence: str, do: str
) -> None:
    answer = attach(priya, *sizes, name=name, do=do)

    assert answer.status_code == 422
    assert sentence in words(answer)
    assert "see you on Thursday." in answer.text
    assert counts(ready) == [0, 0, 0, 0]
    assert files(ready) == []


def test_a_body_beyond_the_limit_of_this_form_is_refused(ready: Rows, priya: Visitor) -> None:
    assert attach(priya, 4 * 1024 * 1024).status_code == 413
    assert files(ready) == []


def test_the_eleventh_file_of_a_draft_is_refused(ready: Rows, priya: Visitor) -> None:
    attach(priya, *[1] * 9)

    assert attach(priya, 1, 1).status_code == 422
    assert len(files(ready)) == 9


def test_the_draft_of_a_deleted_candidate_is_gone(ready: Rows, priya: Visitor) -> None:
    attach(priya, 10)

    with ready.write():
        raw(ready).execute("delete from candidates where id = 'rosa'")

    assert counts(ready)[3] == 0
    assert files(ready) == []
