"""Fill a mail in from a template, and find placeholders that were left without a value. Pure."""

from dataclasses import replace

from portal.composer import own_address, placeholders
from portal.composer.models import NO_REPLY, Fields, Template
from portal.composer.openings import Opening
from portal.errors import Invalid

SUBJECT, TEXT = "subject", "text"


def chosen(opening: Opening, template_id: str) -> Template:
    """The template of the list. Invalid for none, another's, and one that was removed since."""
    found = next((each for each in opening.templates if each.id == template_id), None)
    if found is None:
        raise Invalid("Choose a template of the list.", field="template")
    return found


def filled(
    opening: Opening, typed: Fields, template: Template, *, author: str, automated: str
) -> Fields:
    """The form with the template's subject, text and mark. An answer keeps its subject.

    `automated` is the address that automated mail goes out from.
    """
    marked = replace(typed, no_reply=NO_REPLY if template.is_no_reply else "")
    address = own_address.seen_as(opening, marked, automated=automated)
    values = placeholders.values_for(
        candidate=opening.candidate.name,
        author=author,
        address=address,
        interview=opening.interview,
    )
    changed = replace(marked, text=placeholders.filled(template.text, values))
    if opening.answered is not None:
        return changed
    return replace(changed, subject=placeholders.filled(template.subject, values))


def would_replace(opening: Opening, typed: Fields, *, author: str, automated: str) -> bool:
    """Whether filling in loses what the author wrote: text that no template made."""
    keeps_subject = opening.answered is not None
    written = (typed.subject, typed.text)
    if not typed.text.strip() and (keeps_subject or not typed.subject.strip()):
        return False
    made = (
        filled(opening, typed, each, author=author, automated=automated)
        for each in opening.templates
    )
    return all((each.subject, each.text) != written for each in made)


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
