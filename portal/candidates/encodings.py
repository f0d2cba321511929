"""Decode the text of an uploaded file, or name the encoding it seems to have. Pure."""

import codecs
import re
import unicodedata
from dataclasses import dataclass

from portal.errors import Invalid

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    # Before those of UTF-16, since one begins with another.
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
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
    """An encoding that a file does not state.

    No word mixes the letters of two `alphabets`, and all signs are of the `scripts`. `common` are
    the first bytes of the signs that most of a text consists of, where any bytes make a text.
    Names in an alphabet that is not Latin begin with a capital, and hold no Latin letter.
    """

    codec: str
    name: str
    alphabets: tuple[str, ...] = ()
    scripts: frozenset[str] = frozenset()
    common: range = range(256)
    is_latin: bool = True


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
CYRILLIC = "абвгдежзийклмнопрстуфхцчшщъыьэюяёіїєґў"
GREEK = "αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐΰ"
HAN = frozenset({"CJK", "IDEOGRAPHIC", "FULLWIDTH"})
JAPANESE = HAN | {"HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA"}
WESTERN = Encoding("cp1252", "Windows-1252 (Western European)", WEST)
# Lists of names are too short to rely on these, so a file is refused with the name of its own.
REFUSED = (
    Encoding("cp1250", "Windows-1250 (Central European)", CENTER),
    Encoding("mac_roman", "Mac Roman", WEST),
    Encoding("cp1251", "Windows-1251 (Cyrillic)", (CYRILLIC,), is_latin=False),
    Encoding("koi8-r", "KOI8-R (Cyrillic)", (CYRILLIC,), is_latin=False),
    Encoding("cp1253", "Windows-1253 (Greek)", (GREEK,), is_latin=False),
    Encoding("cp1254", "Windows-1254 (Turkish)", ("çğıöşüâîû\N{COMBINING DOT ABOVE}",)),
    Encoding("cp1257", "Windows-1257 (Baltic)", ("āčēģīķļņšūž", "ąčęėįšųūž", "äõöüšž")),
    Encoding("iso-8859-2", "ISO 8859-2 (Central European)", CENTER),
    Encoding("cp1255", "Windows-1255 (Hebrew)", scripts=frozenset({"HEBREW"})),
    Encoding("cp1256", "Windows-1256 (Arabic)", scripts=frozenset({"ARABIC"})),
    Encoding("euc_kr", "EUC-KR (Korean)", scripts=frozenset({"HANGUL"})),
    Encoding("cp932", "Shift-JIS (Japanese)", scripts=JAPANESE),
    Encoding("euc_jp", "EUC-JP (Japanese)", scripts=JAPANESE, common=range(0xA4, 0xD0)),
    Encoding("gb18030", "GB 18030 (Chinese)", scripts=HAN, common=range(0xB0, 0xD8)),
    Encoding("big5", "Big5 (Chinese)", scripts=HAN, common=range(0xA4, 0xC7)),
)
MOST_NAMED = 3
USUAL_SHARE = 0.7
PLACES_READ = 4096
# Of a list in any script: its addresses and separators.
ASCII_SHARE = 0.3


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
    text = _strictly(content, _of_zeros(content) or "utf-8")
    if text is not None:
        return Decoded(_required(text))
    text = _in_encoding(content, WESTERN)
    if text is None:
        raise Invalid(_refusal(content), field="file")
    return Decoded(_required(text), WESTERN.name)


def _of_zeros(content: bytes) -> str:
    """The form of UTF-16 without a mark, told by the zeros beside each ASCII sign."""
    even, odd = content[:PLACES_READ:2].count(0), content[1:PLACES_READ:2].count(0)
    most = len(content[:PLACES_READ]) / 2
    if min(even, odd) or max(even, odd) < ASCII_SHARE * most or len(content) % 2:
        return ""
    return "utf-16-be" if even else "utf-16-le"


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
    fitting = [each.name for each in REFUSED if _in_encoding(content, each) is not None]
    if not fitting:
        return NOT_TEXT
    return (
        f"This file seems to be written in {' or '.join(fitting[:MOST_NAMED])}, and Portal reads "
        "UTF-8. In Excel, save the sheet as “CSV UTF-8 (comma delimited)” and upload that."
    )


def _in_encoding(content: bytes, encoding: Encoding) -> str | None:
    """The text, if each sign beyond ASCII stands where a letter or mark of a language stands."""
    text = _strictly(content, encoding.codec)
    if text is None:
        return None
    if encoding.scripts:
        return text if _is_of_scripts(text, encoding) else None
    around = zip(f" {text}", text, f"{text[1:]} ", strict=False)
    if not all(each[1].isascii() or _fits(*each) for each in around):
        return None
    words = WORD.findall(text) if encoding.alphabets else ()
    return text if all(_is_of_one_language(word, encoding) for word in words) else None


def _is_of_scripts(text: str, encoding: Encoding) -> bool:
    signs = [sign for sign in text if not sign.isascii()]
    first = [sign.encode(encoding.codec)[0] for sign in signs]
    share = sum(byte in encoding.common for byte in first) / len(first)
    scripts = {unicodedata.name(sign, "").partition(" ")[0] for sign in signs}
    is_mixed = any(len({sign.isascii() for sign in word}) > 1 for word in WORD.findall(text))
    return scripts <= encoding.scripts and share >= USUAL_SHARE and not is_mixed


def _fits(before: str, sign: str, after: str) -> bool:
    is_inside = before.isalpha() and after.islower()
    if sign in MARKS:
        return sign == APOSTROPHE or not is_inside
    is_capital_inside = sign.isupper() and (before.islower() or is_inside)
    return sign.isalpha() and sign not in ORDINALS and not is_capital_inside


def _is_of_one_language(word: str, encoding: Encoding) -> bool:
    accented = {sign for sign in word.lower() if not sign.isascii()}
    if encoding.is_latin or not accented:
        return any(accented <= set(letters) for letters in encoding.alphabets)
    is_capitalized = word[0].isupper() or len(word) == 1
    return is_capitalized and any(set(word.lower()) <= {*each} for each in encoding.alphabets)
