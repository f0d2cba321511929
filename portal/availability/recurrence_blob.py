"""The calendar of a series, which only PidLidAppointmentRecur names. Pure.

[MS-OXOCAL] 2.2.1.44
"""

import binascii
import logging
import struct
from base64 import b64decode

from portal.availability.models import Calendar

ID = "Binary {00062002-0000-0000-C000-000000000046} Id 0x8216"
VERSION = 0x3004
# Two versions, frequency, pattern type and calendar type.
HEAD = struct.Struct("<HHHHH")
# The months of these pattern types are Hijri, also where the calendar type is the default.
FIRST_HIJRI_PATTERN = 0xA
GREGORIAN_TYPES = {0x0, 0x1, 0x2, 0x9, 0xA, 0xB, 0xC}
OTHERS = {
    0x03: Calendar.JAPANESE,
    0x04: Calendar.TAIWAN,
    0x05: Calendar.TANGUN,
    0x06: Calendar.HIJRI,
    0x07: Calendar.THAI,
    0x08: Calendar.HEBREW,
    0x0E: Calendar.JAPANESE_LUNAR,
    0x0F: Calendar.CHINESE,
    0x10: Calendar.SAKA,
    0x11: Calendar.CHINESE_ETO,
    0x12: Calendar.KOREAN_ETO,
    0x13: Calendar.ROKUYOU,
    0x14: Calendar.KOREAN,
    0x17: Calendar.UMALQURA,
}


def calendar_of(value: str | None) -> Calendar:
    """Read the calendar from the property as Graph carries it, in base64."""
    blob = _decoded(value or "")
    if len(blob) < HEAD.size:
        # The length alone: the rest of a blob holds subjects and places of exceptions.
        logging.warning("A series has a recurrence of %d bytes; read as Gregorian", len(blob))
        return Calendar.UNKNOWN
    version, _, _, pattern, calendar = HEAD.unpack_from(blob)
    if version != VERSION:
        logging.warning("A series has a recurrence of version 0x%04X; read as Gregorian", version)
        return Calendar.UNKNOWN
    return _calendar(pattern, calendar)


def _decoded(value: str) -> bytes:
    try:
        return b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return b""


def _calendar(pattern: int, calendar: int) -> Calendar:
    if calendar not in GREGORIAN_TYPES:
        return OTHERS.get(calendar, Calendar.OTHER)
    return Calendar.HIJRI if pattern >= FIRST_HIJRI_PATTERN else Calendar.GREGORIAN
