"""Decode the text of an uploaded file, or name the encoding it seems to have. Pure."""

import codecs
import re
from dataclasses import dataclass

from portal.errors import Invalid

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
APOSTROPHE = "\u2019"
MARKS = set("\u00a0€\u2018\u2019\u201c\u201d\u201e\u2013\u2014…·•«»°")
ORDINALS = set("ªº")
WORD = re.compile(r"[^\W\d_]+")
NOT_TEXT = (
    "This is not a CSV file. In Excel, save the sheet as “CSV UTF-8 (comma delimited)” "
    "and upload that."
)


@dataclass(frozen=True)
class Encoding:
    """An encoding that a file does not state. No word mixes the letters of two `alphabets`."""

    codec: str
    name: str
    alphabets: tuple[str, ...] = ()


WEST = (
    "àâæçéèêëîïôœùûüÿ",  # French
    "äöüßéåæøšžõ",  # German, Nordic, Baltic
    "áéíóúýþæöð",  # Icelandic
    "áéíóúàèìòùñüïç",  # Spanish, Italian, Catalan
    "áâãàçéêíóôõúü",  # Portuguese
    "áéíóúàèêëïöü",  # Dutch
)
CENTER = (
    "ąćęłńóśźż",  # Polish
    "áčďéěíňóřšťúůýž",  # Czech
    "áäčďéíĺľňóôŕšťúýž",  # Slovak
    "áéíóöőúüű",  # Hungarian
    "ăâîşţ",  # Romanian
    "čćđšž",  # Croatian, Slovene
)
WESTERN = Encoding("cp1252", "Windows-1252 (Western European)", WEST)
# Lists of names are too short to rely on these, so a file is refused with the name of its own.
REFUSED = (
    Encoding("cp1250", "Windows-1250 (Central European)", CENTER),
    Encoding("mac_roman", "Mac Roman", WEST),
    Encoding("cp1251", "Windows-1251 (Cyrillic)", ("абвгдежзийклмнопрстуфхцчшщъыьэюяёіїєґў",)),
    Encoding("cp932", "Shift-JIS (Japanese)"),
)


@dataclass(frozen=True)
class Decoded:
    """The text, and the encoding that was only guessed."""

    text: str
    guessed: str = ""


def decode(content: bytes) -> Decoded:
    """Decode a file. Refuses what is no text, and names an encoding that cannot be relied on."""
    for mark, codec in BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return Decoded(_required(_strictly(content, codec)))
    text = _strictly(content, "utf-8")
    if text is not None:
        return Decoded(_required(text))
    text = _in_encoding(content, WESTERN)
    if text is None:
        raise Invalid(_refusal(content), field="file")
    return Decoded(_required(text), WESTERN.name)


def _strictly(content: bytes, codec: str) -> str | None:
    try:
        return content.decode(codec)
    except UnicodeDecodeError:
        return None


def _required(text: str | None) -> str:
    if text is None or "\0" in text:
        raise Invalid(NOT_TEXT, field="file")
    return text


def _refusal(content: bytes) -> str:
    for encoding in REFUSED:
        if _in_encoding(content, encoding) is not None:
            return (
                f"This file seems to be written in {encoding.name}, and Portal reads UTF-8. In "
                "Excel, save the sheet as “CSV UTF-8 (comma delimited)” and upload that."
            )
    return NOT_TEXT


def _in_encoding(content: bytes, encoding: Encoding) -> str | None:
    """The text, if each sign beyond ASCII stands where a letter or mark of a language stands."""
    text = _strictly(content, encoding.codec)
    if text is None:
        return None
    around = zip(f" {text}", text, f"{text[1:]} ", strict=False)
    if not all(each[1].isascii() or _fits(*each) for each in around):
        return None
    words = WORD.findall(text) if encoding.alphabets else ()
    return text if all(_is_of_one_language(word, encoding) for word in words) else None


def _fits(before: str, sign: str, after: str) -> bool:
    is_inside = before.isalpha() and after.islower()
    if sign in MARKS:
        return sign == APOSTROPHE or not is_inside
    is_capital_inside = sign.isupper() and (before.islower() or is_inside)
    return sign.isalpha() and sign not in ORDINALS and not is_capital_inside


def _is_of_one_language(word: str, encoding: Encoding) -> bool:
    accented = {sign for sign in word.lower() if not sign.isascii()}
    return any(accented <= set(letters) for letters in encoding.alphabets)
