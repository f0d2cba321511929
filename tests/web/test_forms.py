"""Forms: strict input, errors at their fields, and typed text kept."""

import random
from urllib.parse import quote_from_bytes

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from portal.errors import Invalid
from portal.storage.rows import Rows
from portal.web.forms import (
    AddressField,
    LineField,
    PortalForm,
    SwitchForm,
    TextField,
    one_line,
    page_number,
)
from tests.support.browser import ORIGIN, token_on

BREAKS = ["\n", "\r", "\r\n", "\v", "\f", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"]


class Note(PortalForm):
    name = LineField("Name", longest=20)
    address = AddressField("Address")
    text = TextField("Text", longest=50, required=False)


def note(**fields: str) -> Note:
    good = {"name": "Rosa", "address": "rosa.ortega@mail.example", "text": ""}
    return Note(MultiDict({**good, **fields}))


def refusal_of(form: PortalForm) -> Invalid:
    with pytest.raises(Invalid) as refusal:
        form.check()
    return refusal.value


def test_valid_input_passes_without_surrounding_blanks() -> None:
    form = note(name="  Rosa  ", text="a\r\nb\rc")

    form.check()

    assert (form.name.data, form.text.data) == ("Rosa", "a\nb\nc")


@pytest.mark.parametrize("sign", BREAKS)
def test_line_breaks_of_every_kind_are_refused_in_one_line(sign: str) -> None:
    refusal = refusal_of(note(name=f"Ro{sign}sa"))

    assert refusal.field == "name"
    assert str(refusal) == "This has to stay on one line."


@pytest.mark.parametrize("sign", ["\0", "\x07", "\x1b", "\ud800", "\x7f"])
@pytest.mark.parametrize("field", ["name", "text", "address"])
def test_unreadable_characters_are_refused(field: str, sign: str) -> None:
    refusal = refusal_of(note(**{field: f"Ro{sign}sa"}))

    assert refusal.field == field
    assert "Please type it again" in str(refusal)


@pytest.mark.parametrize("name", ["José", "李小龍", "O'Neil 😀", "محمد", "a\u200db"])
def test_international_names_pass(name: str) -> None:
    form = note(name=name)

    form.check()

    assert form.name.data == name


def test_length_is_named_and_the_text_kept() -> None:
    form = note(name="x" * 21)

    refusal = refusal_of(form)

    assert str(refusal) == "This is too long: 21 characters, and 20 fit."
    assert form.name.data == "x" * 21
    assert form.name.errors == [str(refusal)]


@pytest.mark.parametrize(
    "address",
    ["rosa", "rosa@", "@mail.example", "a@b@c.example", "Rosa <r@mail.example>", "r@x y.example",
     "a@mail.example, b@mail.example", "rosa@mail..example", f"{'x' * 300}@mail.example"],
)  # fmt: skip  # one case to a line says no more
def test_invalid_address_is_refused(address: str) -> None:
    refusal = refusal_of(note(address=address))

    assert refusal.field == "address"


def test_refusal_is_shown_at_its_field_or_above_the_form() -> None:
    form = note()

    form.refuse(Invalid("Taken.", field="name")).refuse(Invalid("Not today."))

    assert form.name.errors == ["Taken."]
    assert form.refusal == "Not today."


def test_unlisted_fields_are_dropped() -> None:
    form = note(role="admin")

    form.check()

    assert set(form.data) == {"name", "address", "text"}


@pytest.mark.parametrize(("sent", "wanted"), [("1", True), ("0", False)])
def test_switch_accepts_the_wanted_state(sent: str, wanted: bool) -> None:
    form = SwitchForm(MultiDict({"on": sent}))

    form.check()

    assert form.wants_on is wanted


@pytest.mark.parametrize("sent", [{}, {"on": ""}, {"on": "2"}, {"on": "yes"}, {"on": "1\n1"}])
def test_switch_refuses_other_values(sent: dict[str, str]) -> None:
    assert refusal_of(SwitchForm(MultiDict(sent))).field == "on"


def test_query_is_cleaned_not_refused() -> None:
    assert one_line({"q": "  a\0b\nc  "}, "q") == "abc"
    assert one_line({"q": "x" * 300}, "q") == "x" * 200
    pages = ("", "0", "-1", "3", "1e9", "\uff19", "9" * 9)
    assert [page_number({"page": page}) for page in pages] == [1, 1, 1, 3, 1, 1, 1]


def test_form_that_is_not_utf8_is_answered_with_what_was_typed(
    people: Rows, alex: FlaskClient
) -> None:
    token = token_on(alex.get("/admin/users").text)

    answer = alex.post(
        "/admin/users/invitations",
        data=f"csrf_token={token}&id=1&role=member&note=Zo%EB+from+Oslo",
        headers=ORIGIN,
        content_type="application/x-www-form-urlencoded",
    )

    assert answer.status_code == 422
    assert "cannot be read" in answer.text
    assert "from Oslo" in answer.text


def test_random_input_is_never_a_failure(people: Rows, alex: FlaskClient) -> None:
    dice = random.Random(7)  # noqa: S311  # the same noise each time, not a secret
    token = token_on(alex.get("/admin/users").text).encode()
    paths = ["/admin/users/invitations", "/settings/personal-info", "/admin/users/kim/role",
             "/admin/users/kim/enablement", "/signin", "/signin/confirmation",
             "/admin/users/%00/role", "/admin/users/invitations/%ff/withdrawal",
    ]  # fmt: skip  # a list
    names = [b"id", b"role", b"note", b"on", b"time_zone", b"address", b"password", b"code"]
    statuses = set()
    for number in range(160):
        noise = [dice.randbytes(dice.choice((0, 3, 40, 3000))) for _ in names]
        fields = b"&".join(
            name + b"=" + quote_from_bytes(value).encode()
            for name, value in zip(names, noise, strict=True)
        )
        raw = noise[0] if number % 5 == 0 else b""
        answer = alex.post(
            paths[number % len(paths)],
            data=b"csrf_token=" + token + b"&" + fields + raw,
            headers=ORIGIN,
            content_type="application/x-www-form-urlencoded",
        )
        statuses.add(answer.status_code)

    assert statuses <= {303, 400, 403, 404, 422, 429}
    assert 422 in statuses


def test_multipart_form_is_read_as_well(people: Rows, alex: FlaskClient) -> None:
    token = token_on(alex.get("/settings/personal-info").text)

    answer = alex.post(
        "/settings/personal-info",
        data={"csrf_token": token, "time_zone": "Europe/Oslo"},
        headers=ORIGIN,
        content_type="multipart/form-data",
    )

    assert answer.status_code == 303
