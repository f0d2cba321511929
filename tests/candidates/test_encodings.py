"""The encoding of a file is known for certain, named as a guess, or refused by its name."""

import pytest

from portal.candidates.encodings import NOT_TEXT, WESTERN, Decoded, decode
from portal.errors import Invalid


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_stated_encoding_is_certain(codec: str) -> None:
    assert decode("Łukasz Żak, 田中".encode(codec)) == Decoded("Łukasz Żak, 田中")


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_text_of_two_bytes_a_sign_needs_no_mark(codec: str) -> None:
    text = "name,email\r\nŁukasz Żak,l@mail.example\r\n田中,t@mail.example\r\n"

    assert decode(text.encode(codec)) == Decoded(text)


@pytest.mark.parametrize(
    "text",
    [
        "José Müller €",
        "O\u2019Neill \u2013 Désirée DÉSIRÉE Åsa Müller\u2013Østergård",
        "Nuñez, João Gonçalves, Søren, Þórður, François Zoë",
    ],
)
def test_western_text_is_read_and_named(text: str) -> None:
    assert decode(text.encode("cp1252")) == Decoded(text, WESTERN.name)


@pytest.mark.parametrize(
    ("text", "codec", "name"),
    [
        ("Łukasz Żak", "cp1250", "Windows-1250 (Central European)"),
        ("Jiří Novák", "cp1250", "Windows-1250 (Central European)"),
        ("Čapek Dvořák", "cp1250", "Windows-1250 (Central European)"),
        ("José Müller", "mac_roman", "Mac Roman"),
        ("Piñata Muñoz", "mac_roman", "Mac Roman"),
        ("田中 太郎, さくら", "cp932", "Shift-JIS (Japanese)"),
        ("김철수, 이영희", "euc-kr", "EUC-KR (Korean)"),
        ("Ayşe Y\u0131lmaz, İbrahim Güneş", "cp1254", "Windows-1254 (Turkish)"),
        ("Jānis Bērziņš", "cp1257", "Windows-1257 (Baltic)"),
        ("Иван Петров", "koi8-r", "KOI8-R (Cyrillic)"),
        ("محمد علي", "cp1256", "Windows-1256 (Arabic)"),
        ("Иван Петров", "cp1251", "Windows-1251 (Cyrillic)"),
    ],
)
def test_other_encoding_is_refused_by_its_name(text: str, codec: str, name: str) -> None:
    with pytest.raises(Invalid) as refused:
        decode(text.encode(codec))

    assert str(refused.value).startswith(f"This file seems to be written in {name}")


@pytest.mark.parametrize(
    ("text", "codec", "name"),
    [
        ("张伟", "gb18030", "GB 18030 (Chinese)"),
        ("张伟, 王芳, 李秀英, 刘洋", "gb18030", "GB 18030 (Chinese)"),
        ("陳大文, 林志玲", "big5", "Big5 (Chinese)"),
        ("田中太郎, さくら", "euc-jp", "EUC-JP (Japanese)"),
        ("Γιώργος Παπαδόπουλος", "cp1253", "Windows-1253 (Greek)"),
        ("דוד כהן", "cp1255", "Windows-1255 (Hebrew)"),
    ],
)
def test_encoding_that_may_be_several_is_among_those_named(
    text: str, codec: str, name: str
) -> None:
    with pytest.raises(Invalid) as refused:
        decode(text.encode(codec))

    assert name in str(refused.value).partition(", and Portal reads UTF-8")[0]


@pytest.mark.parametrize("content", [b"a\0b", b"\xff\xfea", b"\xff\xfea\0\0\0", b"Ro\x81sa"])
def test_what_is_no_text_is_refused(content: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        decode(content)

    assert str(refused.value) == NOT_TEXT
