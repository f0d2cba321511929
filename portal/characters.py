"""Text of people and strangers: that it can be read, and without what hides in it. Pure."""

import re
import unicodedata

from portal.wording import counted, number

# Every line break in Unicode, not only the two that keyboards make.
LINE_BREAKS = re.compile("[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")


def complaint(text: str, longest: int, *, is_one_line: bool) -> str | None:
    """A sentence about the first thing that is wrong with a text. None if nothing is."""
    if "\ufffd" in text or any("\ud800" <= sign <= "\udfff" for sign in text):
        return "This contains a character that cannot be read. Please type it again."
    if is_one_line and LINE_BREAKS.search(text):
        return "This has to stay on one line."
    if any(is_control(sign) for sign in text if sign not in "\n\t"):
        return "This contains an invisible control character. Please type it again."
    if len(text) > longest:
        return f"This is too long: {counted(len(text), 'character')}, and {number(longest)} fit."
    return None


def missing(label: str) -> str:
    """The sentence at an empty field, which names it."""
    return f"Please fill in “{label}”."


def is_control(sign: str) -> bool:
    return unicodedata.category(sign) in ("Cc", "Cs")


def clean(text: str) -> str:
    """Without the characters that reverse a text or hide in it. A control is a blank.

    The one cleaner of what strangers write: names, subjects and messages.
    """
    changed = {ord(sign): shown for sign in set(text) if (shown := _shown(sign)) != sign}
    return text.translate(changed) if changed else text


def _shown(sign: str) -> str:
    # Joiners belong to scripts and emoji. They neither hide nor reverse text.
    if sign in "\n\t\u200c\u200d":
        return sign
    kind = unicodedata.category(sign)
    if kind in ("Cc", "Zl", "Zp"):
        return " "
    return "" if kind in ("Cf", "Cs", "Co") and not _is_tag_of_emoji(sign) else sign


def _is_tag_of_emoji(sign: str) -> bool:
    return bool(re.match("[\U000e0061-\U000e007a\U000e007f]", sign))
