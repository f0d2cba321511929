"""The encoding of a file is known for certain, named as a guess, or refused by its name."""

import pytest

from portal.candidates.encodings import NOT_TEXT, WESTERN, Decoded, decode
from portal.errors import Invalid


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16"])
def test_stated_encoding_is_certain(codec: str) -> None:
    assert decode("Łukasz Żak, 田中".encode(codec)) == Decoded("Łukasz Żak, 田中")


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
        ("田中 太郎", "cp932", "Shift-JIS (Japanese)"),
        ("Иван Петров", "cp1251", "Windows-1251 (Cyrillic)"),
    ],
)
def test_other_encoding_is_refused_by_its_name(text: str, codec: str, name: str) -> None:
    with pytest.raises(Invalid) as refused:
        decode(text.encode(codec))

    assert str(refused.value).startswith(f"This file seems to be written in {name}, and Portal ")


@pytest.mark.parametrize("content", [b"a\0b", b"\xff\xfea", b"\xff\xfea\0\0\0", b"Ro\x81sa"])
def test_what_is_no_text_is_refused(content: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        decode(content)

    assert str(refused.value) == NOT_TEXT
