"""The large Northwind: 80 people, of whom few recruit, with the accounts that trouble an import."""

from collections.abc import Iterator
from typing import Any

from sandbox.database import State
from sandbox.directory import store
from sandbox.directory.seed import DOMAIN

FIRST_NAMES = (
    "Agnes", "Bilal", "Carla", "Dmitri", "Elif", "Farah", "Gustav", "Hana", "Igor",
    "Jasmine", "Karim", "Lotte", "Mateo", "Nadia", "Olof", "Paula", "Quentin", "Rania",
    "Stefan", "Tuva", "Umar", "Vera", "Wiktor", "Xenia", "Yusuf", "Zoe", "Astrid", "Bruno",
    "Chiara", "Daniel", "Edda", "Filip", "Greta", "Henrik", "Ilse", "Jakub", "Klara",
    "Linus", "Maja", "Nils", "Oskar", "Petra", "Rasmus", "Signe", "Torsten", "Ursula",
    "Viggo", "Wanda", "Yara", "Zara", "Albin", "Britta", "Cesar", "Delia", "Emil", "Freja",
    "Goran", "Hedda", "Ivar", "Julia", "Kasper", "Lovisa", "Milan", "Nora", "Orvar", "Pia",
    "Ragnar", "Selma", "Tove", "Ulla", "Vilma", "Walter", "Ylva",
)  # fmt: skip  # one to a line says no more
LAST_NAMES = (
    "Ahlgren", "Brandt", "Castro", "Dahl", "Eriksen", "Fonseca", "Granath", "Hoffman",
    "Ivarsson", "Jensen", "Kowalski", "Lindqvist", "Moreau", "Nyberg", "Okafor", "Petrov",
    "Quist", "Rahman", "Sandberg", "Thorsen",
)  # fmt: skip  # one to a line says no more
DEPARTMENTS = ("Engineering", "Sales", "Support", "Finance", "Design", "Operations", "Legal")
ON_PREMISES = {"is_on_premises": True}
# How many people there are of each kind, in the order of their names.
KINDS: tuple[tuple[int, dict[str, Any]], ...] = (
    (4, {"licenses": ["E3"], "department": "People", "job_title": "Recruiter"}),
    (24, {"licenses": ["E3"]}),
    (16, {"licenses": ["Business Basic"]}),
    (8, {"licenses": ["F3"], "department": "Warehouse"}),
    (2, {"licenses": ["Exchange Essentials"]}),
    (1, {"licenses": ["New product"]}),
    (1, {"licenses": {"E3": "Warning"}}),
    (1, {"licenses": {"E3": "Suspended"}}),
    (3, {"licenses": ["E3 without Exchange"]}),
    (3, {"licenses": ["Power BI"]}),
    (1, {"licenses": ["Exchange archive"]}),
    (3, {"licenses": []}),
    (2, {"licenses": ["E3"], **ON_PREMISES}),
    (2, {"licenses": ["Power BI"], "has_mailbox": True, **ON_PREMISES}),
    (2, {"licenses": ["E3"], "account_enabled": False}),
)
GUESTS = ("Noor Haddad", "Piet Visser", "Lena Fuchs", "Marco Bassi", "Aiko Mori", "Sean Doyle")
SHARED = ("Northwind Support", "Northwind Sales")


def seed(state: State) -> None:
    """Add the people of the large organization to those of the small one."""
    rows = [store.new_row(state, **facts) for facts in (*people(), *_guests(), *_shared())]
    store.add_rows(state, rows)


def people() -> Iterator[dict[str, Any]]:
    kinds = (facts for count, facts in KINDS for _ in range(count))
    for number, (first, facts) in enumerate(zip(FIRST_NAMES, kinds, strict=True)):
        last = LAST_NAMES[number % len(LAST_NAMES)]
        yield {
            "upn": f"{first.lower()}.{last.lower()}@{DOMAIN}",
            "display_name": f"{first} {last}",
            "department": DEPARTMENTS[number % len(DEPARTMENTS)],
            **facts,
        }


def recruiters() -> list[str]:
    return [person["upn"] for person in people() if person.get("job_title") == "Recruiter"]


def guest_address(name: str) -> str:
    return f"{name.lower().replace(' ', '.')}@agency.example"


def _guests() -> Iterator[dict[str, Any]]:
    for name in GUESTS:
        mail = guest_address(name)
        yield {
            "upn": f"{mail.replace('@', '_')}#EXT#@{DOMAIN}",
            "mail": mail,
            "display_name": name,
            "user_type": "Guest",
            "has_mailbox": False,
        }


def _shared() -> Iterator[dict[str, Any]]:
    yield {
        "upn": f"careers@{DOMAIN}",
        "display_name": "Northwind Careers",
        "licenses": ["E3"],
        "purpose": "shared",
    }
    for name in SHARED:
        yield {
            "upn": f"{name.split()[1].lower()}@{DOMAIN}",
            "display_name": name,
            "account_enabled": False,
            "purpose": "shared",
        }
