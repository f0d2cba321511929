"""Pages, forms and uploads with bad values, from each kind of person."""

from functools import partial
from io import BytesIO
from random import Random
from urllib.parse import quote_from_bytes, urlencode

from werkzeug.routing import Rule

from faults.harness.outcome import Faults, Outcome
from faults.input import form_catalogue, mutations
from faults.input.attempts import SEED, Attempts, filled_portal
from faults.input.form_catalogue import Catalogue, Sample

COUNTS = {"pages": 2_500, "forms": 8_000, "uploads": 1_000}
WHO = ("alex", "alex", "priya", "priya", "kim", None)
# Its answer is read beside it, with the others that come from outside.
LEFT_OUT = (
    "static",
    "webhooks.",
    "flows.callback",
    "flows.consent_callback",
    "flows.google_callback",
)
NASTY_IDS = (
    "0",
    "x" * 300,
    "%00",
    "é",
    "..",
    "-1",
    "9" * 30,
    "list",
    "new",
    "None",
    "a b",
    "\u202e",
)
KNOWN_IDS = {
    "job_id": ("priya", "priya-mailbox"), "kind": ("mailboxes", "searches", "declined", "users"),
    "token": ("x" * 43,), "object_id": ("object-priya", "object-kim"),
}  # fmt: skip  # one to a line says no more
CSV = "name,address,headline,time_zone\nRosa Ortega,rosa@mail.example,Designer,Europe/Madrid\n"
FILES = (
    ("people.csv", CSV.encode(), "text/csv"),
    ("people.csv", CSV.encode("utf-16"), "text/csv"),
    ("people.csv", ("\ufeff" + CSV.replace(",", ";")).encode(), "application/vnd.ms-excel"),
    ("people.csv", b"name,address\n" + b'"' * 2_000, "text/csv"),
    ("people.csv", b"," * 50_000 + b"\n" * 3_000, "text/csv"),
    ("p\x00\u202e.csv", b"\x00\xff\xfe" * 400, ""),
    ("../../x.pdf", b"%PDF-1.7\n%%EOF", "application/pdf"),
    ("x" * 300 + ".png", b"\x89PNG\r\n\x1a\n", "image/png; charset=\xff"),
    ("", b"", "text/plain"),
)
TO = {"import": "/candidates/import", "write": "/candidates/rosa/write"}


def random_forms(*, part: float = 1.0, seed: int = SEED) -> Outcome:
    with filled_portal(seed) as attempts:
        at_most = form_catalogue.PAGES_AT_MOST if part >= 1 else 20
        catalogue = form_catalogue.read(attempts.app, at_most=at_most)
        for name, values in KNOWN_IDS.items():
            catalogue.ids[name].update(values)
        for kind, one in (("pages", _page), ("forms", _form), ("uploads", _upload)):
            attempts.run(kind, round(part * COUNTS[kind]), partial(one, attempts, catalogue))
        missed = {form_catalogue.key(rule) for rule in _rules(attempts)} - attempts.routes
        if missed and part >= 1:
            attempts.wrong.append(f"never reached: {', '.join(sorted(missed))}")
        return attempts.outcome(COUNTS, part)


def _rules(attempts: Attempts) -> list[Rule]:
    rules = attempts.app.url_map.iter_rules()
    return sorted((each for each in rules if not each.endpoint.startswith(LEFT_OUT)), key=str)


def _page(attempts: Attempts, catalogue: Catalogue, source: Random) -> None:
    """A GET of any route, with a query."""
    rule = source.choice([each for each in _rules(attempts) if "GET" in (each.methods or ())])
    sample = _sample(catalogue, rule, source)
    who = source.choice(WHO)
    query = urlencode(mutations.pairs(source, sample.fields if source.random() < 0.5 else {}))
    path = _path(attempts, catalogue, rule, sample, source)
    answer = attempts.visitor(who).get(path, query_string=query)
    attempts.routes.add(form_catalogue.key(rule))
    attempts.note(f"GET {path}?{query[:200]} as {who}", answer)


def _form(attempts: Attempts, catalogue: Catalogue, source: Random) -> None:
    """A POST to any route, of a form that a page offers, with things wrong in it."""
    rule = source.choice([each for each in _rules(attempts) if "POST" in (each.methods or ())])
    sample = _sample(catalogue, rule, source)
    who, path = source.choice(WHO), _path(attempts, catalogue, rule, sample, source)
    content = urlencode(mutations.pairs(source, sample.fields))
    if source.random() < 0.05:  # not UTF-8, or not even a form
        spoiled = mutations.spoiled_bytes(source, content.encode())
        content = quote_from_bytes(spoiled, safe="=&%+")
    answer = attempts.send(who, path, content)
    attempts.routes.add(form_catalogue.key(rule))
    attempts.note(f"POST {path} {content[:300]} as {who}", answer)


def _sample(catalogue: Catalogue, rule: Rule, source: Random) -> Sample:
    known = catalogue.samples.get(form_catalogue.key(rule))
    return source.choice(known) if known else Sample({}, {})


def _path(
    attempts: Attempts, catalogue: Catalogue, rule: Rule, sample: Sample, source: Random
) -> str:
    """The address of the form's own page; at times with an id that is another's, or none at all."""
    values = {}
    for name in sorted(rule.arguments):
        ids = sorted(catalogue.ids[name]) or ["0"]
        usual = sample.arguments.get(name) or source.choice(ids)
        roll = source.random()
        values[name] = usual if roll < 0.8 else source.choice(ids if roll < 0.9 else NASTY_IDS)
    address = attempts.app.url_map.bind("localhost")
    try:
        return address.build(rule.endpoint, values)
    except ValueError:  # this route allows some words only
        values |= {"change": "cancel", "way": "put-back"}
        return address.build(rule.endpoint, values, append_unknown=False)


def _upload(attempts: Attempts, catalogue: Catalogue, source: Random) -> None:
    """A file for the import of candidates, or files of a mail."""
    who, kind = source.choice(("alex", "priya", "kim", None)), source.choice(sorted(TO))
    fields: dict[str, object] = dict(
        mutations.pairs(source, _sample_for(catalogue, TO[kind], source).fields)
    )
    files = [_file(source) for _ in range(source.choice((0, 1, 1, 1, 3, 12)))]
    fields[source.choice(("file", "files", "files"))] = files
    answer = attempts.upload(who, TO[kind], fields)
    attempts.note(f"POST {TO[kind]} with {[each[1] for each in files]} as {who}", answer)


def _file(source: Random) -> tuple[BytesIO, str, str]:
    name, content, kind = source.choice(FILES)
    spoiled = mutations.spoiled_bytes(source, content)
    return BytesIO(spoiled), source.choice((name, name, mutations.word(source)[:200])), kind


def _sample_for(catalogue: Catalogue, path: str, source: Random) -> Sample:
    of_candidate = path.replace("/rosa/", "/<candidate_id>/")
    known = catalogue.samples.get(f"POST {of_candidate}")
    return source.choice(known) if known else Sample({}, {})


FAULTS: Faults = {"random-forms": random_forms}
FULL: Faults = {"random-forms": partial(random_forms, part=10.0)}
