"""Import of candidates from CSV: parsing, refusals, and all or nothing."""

from datetime import datetime, timedelta

import pytest

from portal.audit.act import Act
from portal.audit.models import Actor
from portal.candidates import imports
from portal.candidates.models import ImportRow, Problem
from portal.errors import Invalid, NotFound
from portal.storage.rows import Rows
from tests.candidates.form_fields import only_candidate
from tests.support import builders
from tests.support.raw_rows import raw

ROSA = ImportRow(2, "Rosa Ortega", "Designer", ("rosa@mail.example",))
PRIYA = Actor(id="priya", name="Priya Kaur")


def problems(text: str) -> list[tuple[int, str]]:
    return [(each.line, each.reason) for each in imports.checked(text.encode()).problems]


@pytest.mark.parametrize(
    "content",
    [
        b"name,headline,email\nRosa Ortega,Designer,rosa@mail.example\n",
        b"\xef\xbb\xbfname,headline,email\r\nRosa Ortega,Designer,rosa@mail.example",
        b"NAME;Headline;E-Mail\r\nRosa Ortega;Designer;rosa@mail.example\r\n",
        b"Email address\tName\tHeadline\rrosa@mail.example\tRosa Ortega\tDesigner\r",
        b'"name","email 1","headline"\n" Rosa\tOrtega ","rosa@mail.example","Designer"\n\n,,\n',
    ],
)
def test_file_is_read_in_every_common_format(content: bytes) -> None:
    checked = imports.checked(content)

    assert checked == imports.Checked(rows=(ROSA,), problems=(), unused=())


@pytest.mark.parametrize(
    "header", ["First Name,Last Name", "given name,Surname", "First name,family-name"]
)
def test_name_in_two_columns_is_one_name(header: str) -> None:
    text = f"{header},Email Address,Company\nRosa,Ortega,rosa@mail.example,Acme\n,Li,li@a.example"

    checked = imports.checked(text.encode())

    assert [row.name for row in checked.rows] == ["Rosa Ortega", "Li"]
    assert (checked.problems, checked.unused) == ((), ("Company",))


def test_column_of_whole_names_wins() -> None:
    text = "First name,Last name,Full name,email\nR,O,Rosa Ortega,rosa@mail.example"

    checked = imports.checked(text.encode())

    assert [row.name for row in checked.rows] == ["Rosa Ortega"]
    assert checked.unused == ("First name", "Last name")


def test_unicode_text_of_excel_is_read() -> None:
    content = "name\temail\r\nŁukasz Żak\tlukasz@mail.example".encode("utf-16")

    assert [row.name for row in imports.checked(content).rows] == ["Łukasz Żak"]


def test_old_excel_file_keeps_its_accents_and_line_numbers() -> None:
    content = "sep=;\r\nname;email\r\nJosé Müller €;jose@mail.example".encode("cp1252")

    assert imports.checked(content).rows == (
        ImportRow(3, "José Müller €", "", ("jose@mail.example",)),
    )


def test_addresses_are_read_from_all_columns_and_cells() -> None:
    header = "name,email,E-mail 2,phone"
    text = f'{header}\nRosa,"a@mail.example; b@mail.example c@mail.example",d@mail.example,1'

    checked = imports.checked(text.encode())

    assert [row.addresses for row in checked.rows] == [
        ("a@mail.example", "b@mail.example", "c@mail.example", "d@mail.example")
    ]
    assert checked.unused == ("phone",)


def test_formula_is_text() -> None:
    text = 'name,headline,email\n"=HYPERLINK(""http://x.example"")",+1,rosa@mail.example'

    (row,) = imports.checked(text.encode()).rows

    assert (row.name, row.headline) == ('=HYPERLINK("http://x.example")', "+1")


@pytest.mark.parametrize(
    ("header", "written", "zone"),
    [
        ("time zone", "America/Argentina/Buenos_Aires", "America/Argentina/Buenos_Aires"),
        ("Time-Zone", "europe/stockholm", "Europe/Stockholm"),
        ("timezone", "America/New York", "America/New_York"),
        ("zone", "", ""),
    ],
)
def test_time_zone_is_read(header: str, written: str, zone: str) -> None:
    checked = imports.checked(f"name,email,{header}\nRosa,r@mail.example,{written}".encode())

    assert [row.time_zone for row in checked.rows] == [zone]
    assert (checked.problems, checked.unused) == ((), ())


def test_unknown_time_zone_is_a_problem_of_its_line() -> None:
    found = problems("name,email,time zone\nRosa,rosa,Mars/Base")

    assert [line for line, _ in found] == [2, 2]
    assert found[1][1] == ("“Mars/Base” is not a time zone. Enter a name such as Europe/Stockholm.")


def test_sample_can_be_imported() -> None:
    checked = imports.checked(imports.SAMPLE.encode())

    assert checked.problems == ()
    assert [row.name for row in checked.rows] == ["Rosa Ortega", "José Marín"]
    assert [row.time_zone for row in checked.rows] == ["Europe/Madrid", ""]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (",a@mail.example", "The name is missing."),
        ("Rosa,", "The email address is missing."),
        ("Rosa", "The email address is missing."),
        ("Rosa,a@mail.example a@MAIL.example", "a@mail.example is there twice"),
        ("Rosa,*@northwind.example", "“*@northwind.example” does not name one person. "),
        ("Rosa,rosa", "“rosa” is not an email address: "),
        ("Rosa,a@mail.example,Lund", "It has more cells than the header has columns."),
        (f"{'R' * 201},a@mail.example", "The name is too long: 201 characters, and 200 fit."),
        ("Ro\x07sa,a@mail.example", "The name contains a character that cannot be read."),
        ("Rosa,b@mail.example", "b@mail.example stands on line 2 already."),
        ("Rosa,B@Mail.example", "B@mail.example stands on line 2 already."),
        ('"Rosa,a@mail.example\nKim,k@mail.example', "The quotation marks do not match."),
        ('"Ro"sa,a@mail.example', "The quotation marks do not match."),
    ],
)
def test_broken_line_is_named(line: str, reason: str) -> None:
    (found,) = problems(f'name,email\n"Noa\nLevi",b@mail.example\n{line}')

    assert found[0] == 4
    assert found[1].startswith(reason)


def test_all_problems_are_listed_at_once() -> None:
    found = problems("name,email\n,rosa\nKim,k@mail.example\n,")

    assert [(line, reason[:20]) for line, reason in found] == [
        (2, "The name is missing."),
        (2, "“rosa” is not an ema"),
    ]


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", "This file is empty."),
        (b"\n ,\n", "This file is empty."),
        (b"name,email\n", "This file has a header and no candidate below it."),
        (b"Rosa,rosa@mail.example\n", "No column is called “name”."),
        (b"First name,email\nRosa,rosa@mail.example", "No column is called “name”."),
        (b"name,phone\nRosa,1", "No column is called “email”."),
        (b"name,Name,email\nRosa,Rosa,a@mail.example", "Two columns are called “name”"),
        (b'"name,email\nRosa,a@mail.example', "Line 1: The quotation marks do not match."),
        (b"name,email\nRo\0sa,a@mail.example", "This is not a CSV file."),
        (b"name,email\nRo\x81sa,a@mail.example", "This is not a CSV file."),
        (
            "name;email\r\nŁukasz Żak;lukasz@ce.example\r\n".encode("cp1250"),
            "This file seems to be written in Windows-1250 (Central European) or ",
        ),
    ],
)
def test_file_that_is_no_table_is_refused(content: bytes, refusal: str) -> None:
    with pytest.raises(Invalid) as refused:
        imports.checked(content)

    assert str(refused.value).startswith(refusal)
    assert refused.value.field == "file"


def test_5000_rows_fit_and_one_more_does_not() -> None:
    rows = "".join(f"C {number},c{number}@mail.example\n" for number in range(5_000))

    whole = imports.checked(f"name,email\n{rows}".encode())
    with pytest.raises(Invalid) as refused:
        imports.checked(f"name,email\n{rows}One,more@mail.example\n".encode())

    assert (len(whole.rows), whole.problems) == (5_000, ())
    assert str(refused.value) == "This file has more than 5,000 rows. Please upload it in parts."


@pytest.fixture
def waiting(rows: Rows, now: datetime) -> str:
    builders.user(rows, "Priya Kaur")
    return imports.keep(rows, (ROSA,), user_id="priya", now=now)


def bring_in(rows: Rows, import_id: str, now: datetime, *, user_id: str = "priya") -> bool:
    return imports.bring_in(
        Act(rows, PRIYA, now),
        import_id,
        user_id=user_id,
    )[1]


def test_import_adds_candidates_and_deletes_the_file(
    rows: Rows, now: datetime, waiting: str
) -> None:
    bring_in(rows, waiting, now)

    added = only_candidate(rows)
    assert (added.name, added.headline, added.addresses) == (ROSA.name, "Designer", ROSA.addresses)
    assert [row["rows"] for row in raw(rows)["candidate_imports"].rows] == [f'["{added.id}"]']
    assert [(row["action"], row["target"]) for row in raw(rows)["audit_log"].rows] == [
        ("candidates imported", "1 candidate from CSV")
    ]


def test_import_sent_twice_adds_once(rows: Rows, now: datetime, waiting: str) -> None:
    answers = [bring_in(rows, waiting, now), bring_in(rows, waiting, now + timedelta(seconds=1))]

    assert answers == [True, False]
    assert (raw(rows)["candidates"].count, raw(rows)["audit_log"].count) == (1, 1)


def test_import_is_all_or_nothing(rows: Rows, now: datetime, waiting: str) -> None:
    raw(rows).execute(
        "create trigger full before insert on audit_log begin select raise(abort, 'no room'); end"
    )

    with pytest.raises(Exception, match="no room"):
        bring_in(rows, waiting, now)

    assert (raw(rows)["candidates"].count, raw(rows)["candidate_addresses"].count) == (0, 0)


def test_import_belongs_to_its_owner(rows: Rows, now: datetime, waiting: str) -> None:
    builders.user(rows, "Noa Levi")

    with pytest.raises(NotFound):
        bring_in(rows, waiting, now, user_id="noa")

    assert raw(rows)["candidates"].count == 0


def test_file_is_deleted_after_a_day(rows: Rows, now: datetime, waiting: str) -> None:
    tomorrow = now + timedelta(hours=24)

    with pytest.raises(NotFound):
        bring_in(rows, waiting, tomorrow)
    with rows.write():
        imports.prune(rows, now=tomorrow - timedelta(seconds=1))
    before = raw(rows)["candidate_imports"].count
    with rows.write():
        imports.prune(rows, now=tomorrow)

    assert (before, raw(rows)["candidate_imports"].count) == (1, 0)


def test_newer_file_replaces_the_waiting_one(rows: Rows, now: datetime, waiting: str) -> None:
    newer = imports.keep(rows, (ROSA,), user_id="priya", now=now)

    assert [row["id"] for row in raw(rows)["candidate_imports"].rows] == [newer]


def test_address_of_another_candidate_is_a_warning(rows: Rows, now: datetime) -> None:
    priya = builders.user(rows, "Priya Kaur")
    builders.candidate(rows, "Rosa Ortega", "ROSA@mail.example", now=now, by=priya)

    assert imports.warnings(rows, [ROSA]) == [
        Problem(
            2,
            "ROSA@mail.example is also an address of Rosa Ortega. "
            "Mail with it appears in both feeds.",
        )
    ]
