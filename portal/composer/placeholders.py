"""Placeholders of templates: the known ones, their values, and those left without one. Pure."""

import re
from collections.abc import Mapping

from portal.composer.models import NextInterview

CANDIDATE_NAME = "{candidate_name}"
FIRST_NAME = "{candidate_first_name}"
MY_NAME = "{my_name}"
MY_ADDRESS = "{my_address}"
INTERVIEW = "{interview}"
INTERVIEW_TIME = "{interview_time}"
INTERVIEW_PLACE = "{interview_place}"
INTERVIEW_PANEL = "{interview_panel}"
INTERVIEW_LINK = "{interview_link}"
# Each known placeholder with its meaning.
KNOWN = {
    CANDIDATE_NAME: "the candidate's name",
    FIRST_NAME: "the candidate's first name",
    MY_NAME: "your name",
    MY_ADDRESS: "the address that recipients see",
    INTERVIEW: "the name of the candidate's next interview",
    INTERVIEW_TIME: "its date and time, where the candidate lives",
    INTERVIEW_PLACE: "its place",
    INTERVIEW_PANEL: "the names of its panel",
    INTERVIEW_LINK: "its Teams link, once there is one",
}
LISTED = f"{', '.join(list(KNOWN)[:-1])} and {list(KNOWN)[-1]}"
KNOWN_ONE = re.compile("|".join(re.escape(each) for each in KNOWN))
# A word in braces, or several.
LOOKS_LIKE_ONE = re.compile(r"\{[ \t]*[^\W\d_][\w \t.-]*\}")


def unknown(text: str) -> str | None:
    """The first thing in a text that looks like a placeholder, but is none."""
    found = (each[0] for each in LOOKS_LIKE_ONE.finditer(text))
    return next((each for each in found if each not in KNOWN), None)


def left(text: str) -> list[str]:
    """The placeholders that still stand in a text, each once."""
    return list(dict.fromkeys(KNOWN_ONE.findall(text)))


def filled(text: str, values: Mapping[str, str]) -> str:
    """Replace placeholders in one pass: a value is never searched for others.

    One without a value stays. Values become one line.
    """
    return KNOWN_ONE.sub(lambda found: _one_line(values.get(found[0], "")) or found[0], text)


def _one_line(value: str) -> str:
    return " ".join(value.split())


def values_for(
    *, candidate: str, author: str, address: str, interview: NextInterview | None = None
) -> dict[str, str]:
    """The values for one mail. Empty for what is not known."""
    return {
        CANDIDATE_NAME: _name(candidate),
        FIRST_NAME: first_name(candidate),
        MY_NAME: _name(author),
        MY_ADDRESS: address,
        **(_of_interview(interview) if interview else {}),
    }


def _of_interview(interview: NextInterview) -> dict[str, str]:
    return {
        INTERVIEW: interview.title,
        INTERVIEW_TIME: interview.time,
        INTERVIEW_PLACE: interview.where,
        INTERVIEW_PANEL: interview.with_whom,
        INTERVIEW_LINK: interview.join_url,
    }


def _name(name: str) -> str:
    """A name. Empty where only an address is known."""
    return "" if "@" in name else name


def first_name(name: str) -> str:
    """`Rosa` of `Rosa Ortega` and of `Ortega, Rosa`. Empty after a title and for an address."""
    last, comma, rest = _name(name).partition(",")
    words = (rest if comma else last).split()
    return "" if not words or words[0].endswith(".") else words[0]
