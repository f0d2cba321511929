"""Everything about a candidate as one download, for administrators alone."""

import json
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from portal import clock
from portal.storage.rows import Rows
from tests.email import messages
from tests.email.messages import Message
from tests.support import builders
from tests.support.raw_rows import raw
from tests.support.visitors import Visitor, portal_in, visitor


@pytest.fixture
def team(rows: Rows) -> Rows:
    now = clock.utc_now()
    builders.user(rows, "Alex Berg", role="admin")
    builders.user(rows, "Priya Kaur")
    builders.mailbox(rows, "priya")
    builders.candidate(rows, "Rosa Ortega", "rosa.ortega@mail.example", now=now)
    builders.candidate(rows, "Kai Sund", "kai@mail.example", now=now)
    file = ("../cv.pdf", "application/pdf", 9)
    messages.keep(rows, Message("newer", minutes_ago=5), now=now)
    messages.keep(rows, Message("older", minutes_ago=50, attachments=(file,)), now=now)
    return rows


def download(admin: Visitor, candidate_id: str) -> zipfile.ZipFile:
    answer = admin.post(f"/candidates/{candidate_id}/export")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == "attachment; filename=candidate.zip"
    return zipfile.ZipFile(BytesIO(answer.data))


def test_archive_holds_the_feed_with_its_texts(team: Rows, instance: Path) -> None:
    archive = download(visitor(portal_in(instance), "alex"), "rosa")

    told: dict[str, Any] = json.loads(archive.read("candidate.json"))
    texts = [archive.read(each["text"]).decode() for each in told["messages"]]
    stored = {each["id"]: each["body"] for each in raw(team)["messages"].rows}
    assert archive.namelist() == ["messages/00001.txt", "messages/00002.txt", "candidate.json"]
    assert told["name"] == "Rosa Ortega"
    assert told["addresses"] == ["rosa.ortega@mail.example"]
    assert sorted(texts) == sorted(stored.values())
    assert [len(each["attachments"]) for each in told["messages"]] == [1, 0]


def test_archive_of_another_candidate_has_nothing_of_it(team: Rows, instance: Path) -> None:
    archive = download(visitor(portal_in(instance), "alex"), "kai")

    assert archive.namelist() == ["candidate.json"]


def test_export_is_recorded_and_for_administrators_alone(team: Rows, instance: Path) -> None:
    app = portal_in(instance)

    refused = visitor(app, "priya").post("/candidates/rosa/export")
    unknown = visitor(app, "alex").post("/candidates/nobody/export")
    download(visitor(app, "alex"), "rosa")

    acts = [each["action"] for each in raw(team)["audit_log"].rows]
    assert (refused.status_code, unknown.status_code) == (403, 404)
    assert acts.count("candidate exported") == 1
    assert "Download" in visitor(app, "alex").text("/candidates/rosa/details")
    assert "Everything about" not in visitor(app, "priya").text("/candidates/rosa/details")
