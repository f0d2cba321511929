"""The log has a sample of what strangers ask for, and all of what people do."""

import logging

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.storage.rows import Rows
from portal.web import request_log
from portal.web.request_log import LINES_OF_A_PEER, LINES_OF_ALL, Sample

MINUTE = 60.0


def test_flood_of_a_stranger_is_sampled(
    app: Flask, people: Rows, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(request_log, "strangers", Sample())
    caplog.set_level(logging.INFO, logger="portal.web")

    for _ in range(LINES_OF_A_PEER + 20):
        app.test_client().get("/signin")

    lines = [each for each in caplog.messages if each.startswith("GET users.sign_in_page")]
    assert len(lines) == LINES_OF_A_PEER


def test_people_have_a_line_for_each_request(
    people: Rows, alex: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="portal.web")

    for _ in range(LINES_OF_A_PEER + 1):
        alex.get("/settings/profile")

    assert len([each for each in caplog.messages if each.startswith("GET")]) > LINES_OF_A_PEER


def test_many_peers_share_a_bound() -> None:
    sample = Sample()

    taken = [sample.takes(f"203.0.113.{number}") for number in range(2 * LINES_OF_ALL)]

    assert taken.count(True) == LINES_OF_ALL
    assert sample.left_out_before(now=MINUTE) == LINES_OF_ALL


def test_next_minute_says_how_many_had_no_line(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="portal.web")
    sample = Sample()
    sample.left_out_before(now=MINUTE)
    for _ in range(LINES_OF_A_PEER + 2):
        sample.takes("203.0.113.9")

    assert sample.left_out_before(now=1.5 * MINUTE) == 0
    assert sample.left_out_before(now=2 * MINUTE) == 2
    assert sample.takes("203.0.113.9")
