"""Texts that try to end a header line or to begin another one, for one place of a mail or all."""

from dataclasses import dataclass

from hypothesis import strategies as st

ODD = st.sampled_from('\r\n\x85\u2028\u2029\x00\t\x0b\x1c\ud800",;:<>@()=?.\\ aü€{}')
READABLE_ODD = st.sampled_from('",;:<>@()=?.\\ aü€{}名\u202e\u200b')
# Half of the texts may go out, so that what goes out is tested as well.
TEXT = st.one_of(
    st.text(st.one_of(st.characters(), ODD), max_size=30),
    st.text(
        st.one_of(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), READABLE_ODD),
        min_size=1,
        max_size=30,
    ),
    st.sampled_from(["a\r\nBcc: x@x.example", "=?utf-8?q?x?=", "Ortega, Rosa", "x" * 300]),
)
ADDRESS = st.one_of(
    TEXT,
    TEXT.map("{}@mail.example".format),
    TEXT.map('"{}"@mail.example'.format),
    TEXT.map("rosa@mail.example{}".format),
    st.sampled_from(["ü@mail.example", "rosa@straße.example", "a@x.example,b@x.example"]),
)


@dataclass(frozen=True)
class Typed:
    """The input of people. `candidate` and `author` come into the subject by placeholders."""

    subject: str = "Your interview"
    candidate: str = "Rosa Ortega"
    author: str = "Priya Kaur"
    name: str = "Rosa"
    file: str = "plan.pdf"
    text: str = "Hi Rosa,\nsee you."
    to: str = "rosa@mail.example"
    cc: str = "sam@mail.example"


LINES = ("subject", "candidate", "author", "name", "file", "text")


def _one_place(place: str) -> st.SearchStrategy[Typed]:
    return st.builds(Typed, **{place: TEXT if place in LINES else ADDRESS})


TYPED = st.one_of(
    *map(_one_place, (*LINES, "to", "cc")),
    st.builds(Typed, **dict.fromkeys(LINES, TEXT), to=ADDRESS, cc=ADDRESS),
)
# By each of the two routes that mail takes: 20,000 together.
TRIES = 10_000
