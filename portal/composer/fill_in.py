"""Fill a mail in from a template, and find placeholders that were left without a value. Pure."""

from dataclasses import replace

from portal.composer import placeholders
from portal.composer.models import Fields, Template
from portal.composer.openings import Opening
from portal.errors import Invalid
from portal.outbox.alias_tests.texts import sender_text

SUBJECT, TEXT = "subject", "text"


def chosen(opening: Opening, template_id: str) -> Template:
    """The template of the list. Invalid for none, another's, and one that was removed since."""
    found = next((each for each in opening.templates if each.id == template_id), None)
    if found is None:
        raise Invalid("Choose a template of the list.", field="template")
    return found


def filled(opening: Opening, typed: Fields, template: Template, *, author: str) -> Fields:
    """The form with the template's subject and text. An answer keeps its subject."""
    values = _values(opening, typed, author)
    text = placeholders.filled(template.text, values)
    if opening.answered is not None:
        return replace(typed, text=text)
    return replace(typed, subject=placeholders.filled(template.subject, values), text=text)


def would_replace(opening: Opening, typed: Fields, *, author: str) -> bool:
    """Whether filling in loses what the author wrote: text that no template made."""
    keeps_subject = opening.answered is not None
    written = (typed.subject, typed.text)
    if not typed.text.strip() and (keeps_subject or not typed.subject.strip()):
        return False
    made = (filled(opening, typed, each, author=author) for each in opening.templates)
    return all((each.subject, each.text) != written for each in made)


def _values(opening: Opening, typed: Fields, author: str) -> dict[str, str]:
    sender = opening.sender(typed.sender)
    return placeholders.values_for(
        candidate=opening.candidate.name,
        author=author,
        address=sender_text(sender).seen_as if sender else "",
    )


def complaints(typed: Fields) -> list[Invalid]:
    """A refusal for the subject and for the text, if a placeholder still stands there."""
    written = {SUBJECT: typed.subject, TEXT: typed.text}
    return [
        Invalid(_sentence(found), field=name)
        for name, text in written.items()
        if (found := placeholders.left(text))
    ]


def require_filled(typed: Fields) -> None:
    for refusal in complaints(typed):
        raise refusal


def _sentence(found: list[str]) -> str:
    is_or_are, it = ("is", "its") if len(found) == 1 else ("are", "their")
    return f"{', '.join(found)} {is_or_are} not filled in. Write the words in {it} place."
