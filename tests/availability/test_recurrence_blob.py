"""The calendar of a series, from blobs that Outlook and the specification wrote."""

import json
import logging
from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.availability.models import Calendar
from portal.availability.recurrence_blob import calendar_of
from tests.support.needs import SHARED


def blob(
    pattern: str, calendar: str, *, versions: str = "04300430", frequency: str = "0c20"
) -> str:
    head = bytes.fromhex(versions + frequency + pattern + calendar)
    return b64encode(head + bytes(12)).decode()


@pytest.mark.openapi
def test_recorded_blobs_have_their_class() -> None:
    file = SHARED / "calendar-corpus/appointment-recur-blobs.json"
    recorded = json.loads(file.read_text("utf-8"))

    found = {one["name"]: calendar_of(one["graph"]["value"]) for one in recorded}

    assert len(found) == 13
    assert {name for name, calendar in found.items() if not calendar.is_read} == {
        one["name"] for one in recorded if one["class"] == "non-gregorian"
    }
    assert set(found.values()) == {Calendar.GREGORIAN, Calendar.HEBREW}


@pytest.mark.openapi
def test_sample_of_the_specification_is_gregorian() -> None:
    file = SHARED / "graph-samples/ms-oxocal-appointmentrecur.json"
    sample = json.loads(file.read_text("utf-8"))["examples"][0]["json"]

    assert sample["expected"]["gregorian"] is True
    assert calendar_of(sample["base64"]) is Calendar.GREGORIAN


@pytest.mark.parametrize(
    ("pattern", "calendar", "expected"),
    [
        ("0000", "0000", Calendar.GREGORIAN),
        ("0400", "0100", Calendar.GREGORIAN),
        ("0200", "0200", Calendar.GREGORIAN),
        ("0200", "0300", Calendar.JAPANESE),
        ("0200", "0400", Calendar.TAIWAN),
        ("0200", "0500", Calendar.TANGUN),
        ("0200", "0600", Calendar.HIJRI),
        ("0a00", "0600", Calendar.HIJRI),
        ("0200", "0700", Calendar.THAI),
        ("0300", "0800", Calendar.HEBREW),
        ("0200", "0900", Calendar.GREGORIAN),
        ("0200", "0a00", Calendar.GREGORIAN),
        ("0200", "0b00", Calendar.GREGORIAN),
        ("0200", "0c00", Calendar.GREGORIAN),
        ("0200", "0d00", Calendar.OTHER),
        ("0200", "0e00", Calendar.JAPANESE_LUNAR),
        ("0200", "0f00", Calendar.CHINESE),
        ("0200", "1000", Calendar.SAKA),
        ("0200", "1100", Calendar.CHINESE_ETO),
        ("0200", "1200", Calendar.KOREAN_ETO),
        ("0200", "1300", Calendar.ROKUYOU),
        ("0200", "1400", Calendar.KOREAN),
        ("0200", "1700", Calendar.UMALQURA),
        ("0200", "9900", Calendar.OTHER),
        # Hijri pattern types are Hijri also with a default or a Gregorian calendar type.
        ("0a00", "0000", Calendar.HIJRI),
        ("0b00", "0000", Calendar.HIJRI),
        ("0c00", "0100", Calendar.HIJRI),
        ("0a00", "1700", Calendar.UMALQURA),
    ],
)
def test_calendar_is_that_of_its_type(pattern: str, calendar: str, expected: Calendar) -> None:
    assert calendar_of(blob(pattern, calendar)) is expected


def test_only_gregorian_and_unknown_series_are_read() -> None:
    read = {calendar for calendar in Calendar if calendar.is_read}

    assert read == {Calendar.GREGORIAN, Calendar.UNKNOWN}
    assert Calendar.HEBREW.label == "the Hebrew calendar"
    assert len({calendar.label for calendar in Calendar}) == len(Calendar)


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (None, "0 bytes"),
        ("", "0 bytes"),
        ("not base64 !", "0 bytes"),
        ("BDAEMA", "0 bytes"),
        (b64encode(bytes.fromhex("043004300c20020008")).decode(), "9 bytes"),
        (blob("0200", "0800", versions="05300430"), "version 0x3005"),
    ],
)
def test_odd_blob_is_read_and_logged(
    value: str | None, told: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        found = calendar_of(value)

    assert found is Calendar.UNKNOWN
    assert found.is_read
    assert told in caplog.text


def test_ten_bytes_are_enough() -> None:
    head = b64encode(bytes.fromhex("043004300d2002000f00")).decode()

    assert calendar_of(head) is Calendar.CHINESE


@given(st.binary(max_size=64))
def test_any_blob_has_a_calendar(content: bytes) -> None:
    assert calendar_of(b64encode(content).decode()) in Calendar
