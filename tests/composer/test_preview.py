"""The preview: paragraphs, lines and links."""

from portal.composer.preview import paragraphs
from portal.outbox.requests import Span


def test_paragraphs_lines_and_links() -> None:
    found = paragraphs("Hi,\n\nsee https://a.example/x?y=(1).\nBye\n \n\n")

    assert found == [
        ((Span("Hi,"),),),
        (
            (Span("see "), Span("https://a.example/x?y=(1", is_link=True), Span(").")),
            (Span("Bye"),),
        ),
    ]


def test_no_other_address_is_a_link() -> None:
    text = "javascript:alert(1) ftp://a.example file:///etc www.a.example"

    assert paragraphs(text) == [((Span(text),),)]


def test_no_text_has_no_paragraph() -> None:
    assert paragraphs(" \n\n") == []
