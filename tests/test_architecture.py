"""The code keeps its written shape; each rule is also shown an example that it must refuse."""

from collections.abc import Callable, Iterator
from functools import partial

import pytest
from sqlite_utils import Database

from portal.storage.migrations import create_statements
from portal.storage.schema.engines import Engine
from portal.vault import SEALED_COLUMNS
from tests.architecture import doors, english, habits, layers, sql, surface
from tests.architecture.sources import ROOT, Module, modules

Rule = Callable[[Module], Iterator[str]]

MODULES = modules("portal", "sandbox", "demo", "faults", "bench")
TESTS = modules("tests")


@pytest.fixture(scope="module")
def schema() -> Database:
    db = Database(memory=True)
    for text in create_statements(Engine.SQLITE):
        db.execute(text)
    return db


EVERYWHERE = [
    layers.imports_go_down,
    layers.rules_know_no_pages,
    layers.programs_stay_apart,
    surface.every_route_wears_one_marker,
    surface.urls_are_nouns_in_kebab_case,
    surface.reading_changes_nothing,
    doors.sql_stands_in_stores,
    doors.http_has_two_doors,
    doors.sqlite_has_one_door,
    doors.engine_is_known_in_storage_alone,
    doors.encryption_has_one_door,
    doors.time_is_read_in_the_clock,
    doors.environment_is_read_in_config,
    sql.conditions_compare,
    sql.percent_signs_are_bound,
    sql.equality_is_of_folded_columns,
    sql.tables_have_one_owner,
    habits.sizes_stay_small,
    habits.modules_say_what_they_are_for,
    habits.names_are_words_of_the_trade,
    habits.faults_are_not_swallowed,
    habits.exemptions_carry_reasons,
    habits.test_modules_lend_nothing,
    surface.nothing_switches_escaping_off,
    english.prose_is_plain,
    english.docstrings_begin_with_the_noun,
    english.names_are_plain,
]
ALSO_IN_TESTS = [
    doors.sqlite_has_one_door,
    habits.sizes_stay_small,
    habits.modules_say_what_they_are_for,
    habits.names_are_words_of_the_trade,
    habits.faults_are_not_swallowed,
    habits.exemptions_carry_reasons,
    habits.test_modules_lend_nothing,
    layers.programs_stay_apart,
    english.prose_is_plain,
    english.docstrings_begin_with_the_noun,
    english.names_are_plain,
]


@pytest.mark.parametrize("rule", EVERYWHERE, ids=lambda rule: rule.__name__)
def test_code_keeps(rule: Rule) -> None:
    complaints = [complaint for module in MODULES for complaint in rule(module)]

    assert complaints == []


@pytest.mark.parametrize("rule", ALSO_IN_TESTS, ids=lambda rule: rule.__name__)
def test_tests_keep(rule: Rule) -> None:
    complaints = [complaint for module in TESTS for complaint in rule(module)]

    assert complaints == []


def test_code_is_where_the_rules_look() -> None:
    programs = {module.program for module in MODULES}

    assert programs >= {"portal", "sandbox", "demo", "faults", "bench"}


def test_folders_hold_few_modules() -> None:
    full = habits.folders_above_the_limit([*MODULES, *TESTS])

    assert full.keys() == habits.STILL_FULL


def test_folder_with_too_many_modules_is_found() -> None:
    paths = [
        f"portal/{folder}/m{n}.py" for folder, most in (("a", 25), ("b", 26)) for n in range(most)
    ]

    full = habits.folders_above_the_limit([Module(path, "") for path in paths])

    assert full == {"portal/b": 26}


def test_tables_are_made_by_migrations(schema: Database) -> None:
    rule = partial(doors.tables_are_made_by_migrations, tables=schema.table_names())

    assert [complaint for module in MODULES for complaint in rule(module)] == []


def test_secret_columns_are_sealed(schema: Database) -> None:
    columns = [(table.name, column.name) for table in schema.tables for column in table.columns]

    assert doors.secrets_without_seal(columns, SEALED_COLUMNS) == []
    assert set(SEALED_COLUMNS) <= set(columns)


def test_continuous_run_can_be_started() -> None:
    assert (ROOT / ".ci/run").stat().st_mode & 0o111


BROKEN = [
    (layers.imports_go_down, "portal/users/sign_in.py", "from portal.candidates import feed"),
    (layers.imports_go_down, "portal/storage/ids.py", "import portal.web.current"),
    (layers.imports_go_down, "portal/email/models.py", "from portal.email import sync"),
    (layers.imports_go_down, "portal/email/jobs.py", "from . import routes"),
    (layers.rules_know_no_pages, "portal/email/sync.py", "from portal.web import current"),
    (layers.rules_know_no_pages, "portal/services.py", "from flask import g"),
    (layers.imports_go_down, "portal/microsoft365/routes.py", "from portal.users import sign_in"),
    (layers.programs_stay_apart, "portal/cli.py", "import sandbox.app"),
    (layers.programs_stay_apart, "sandbox/app.py", "from portal.clock import utc_now"),
    (
        surface.every_route_wears_one_marker,
        "portal/email/routes.py",
        '@bp.get("/settings/email")\ndef settings(): ...',
    ),
    (
        surface.every_route_wears_one_marker,
        "portal/email/routes.py",
        '@bp.post("/settings/email")\n@public\n@signed_in\ndef settings(): ...',
    ),
    (
        surface.urls_are_nouns_in_kebab_case,
        "portal/email/routes.py",
        '@bp.get("/settings/emailSync")\n@signed_in\ndef settings(): ...',
    ),
    (
        surface.urls_are_nouns_in_kebab_case,
        "portal/email/routes.py",
        '@bp.get("/email")\n@signed_in\ndef settings(): ...',
    ),
    (
        surface.reading_changes_nothing,
        "portal/email/routes.py",
        '@bp.get("/settings/email")\ndef settings():\n    with rows.write():\n        ...',
    ),
    (doors.sql_stands_in_stores, "portal/email/sync.py", 'SQL = "select id from users where 1"'),
    (doors.sql_stands_in_stores, "portal/email/sync.py", 'db.query("x")'),
    (doors.sql_stands_in_stores, "portal/email/sync.py", 'SQL = f"delete from {table} where 1"'),
    (doors.http_has_two_doors, "portal/email/sync.py", "import requests"),
    (doors.http_has_two_doors, "portal/microsoft365/clients.py", "from urllib import request"),
    (doors.http_has_two_doors, "portal/worker/loop.py", "import socket"),
    (doors.sqlite_has_one_door, "portal/email/store.py", "import sqlite3"),
    (doors.sqlite_has_one_door, "tests/email/test_sync.py", "from pysqlite3 import dbapi2"),
    (
        doors.engine_is_known_in_storage_alone,
        "portal/email/store.py",
        "from sqlite_utils import Database",
    ),
    (
        doors.encryption_has_one_door,
        "portal/entra/oauth.py",
        "from cryptography.hazmat.primitives.ciphers.aead import AESGCM",
    ),
    (doors.time_is_read_in_the_clock, "portal/email/sync.py", "datetime.now(UTC)"),
    (doors.time_is_read_in_the_clock, "portal/email/sync.py", "datetime.datetime.utcnow()"),
    (doors.time_is_read_in_the_clock, "portal/email/sync.py", "from time import time"),
    (doors.environment_is_read_in_config, "portal/cli.py", 'os.environ["HOME"]'),
    (doors.environment_is_read_in_config, "portal/cli.py", "from os import getenv"),
    (doors.tables_are_made_by_migrations, "portal/email/store.py", 'db["new"].insert(row)'),
    (doors.tables_are_made_by_migrations, "portal/email/store.py", 'db.table("n").upsert_all(r)'),
    (doors.tables_are_made_by_migrations, "portal/email/store.py", 'SQL = "create table t (a)"'),
    (
        sql.conditions_compare,
        "portal/email/store.py",
        'SQL = "update t set a = case when ? then 1 else a end"',
    ),
    (
        sql.percent_signs_are_bound,
        "portal/email/store.py",
        "SQL = \"select 1 from t where a like '% x %'\"",
    ),
    (
        sql.equality_is_of_folded_columns,
        "portal/users/store.py",
        'SQL = "select * from users where lower(address) = lower(?)"',
    ),
    (
        sql.equality_is_of_folded_columns,
        "portal/storage/schema/users.py",
        'SQL = "create unique index by_address on users (lower(address))"',
    ),
    (
        sql.tables_have_one_owner,
        "portal/email/store.py",
        'SQL = "select b.id from mailboxes b join users u on u.id = b.user_id"',
    ),
    (sql.tables_have_one_owner, "portal/email/store.py", 'SQL = f"{A} left join platforms p"'),
    (sql.tables_have_one_owner, "portal/users/store.py", 'SQL = "delete from connections"'),
    (sql.tables_have_one_owner, "portal/users/store.py", 'SQL = "update sessions set id = 1"'),
    (sql.tables_have_one_owner, "portal/users/sign_in.py", 'SQL = "select 1 from consents o"'),
    (sql.tables_have_one_owner, "portal/users/store.py", 'SQL = f"delete from {table}"'),
    (sql.tables_have_one_owner, "portal/users/store.py", 'C = Fence("mailboxes", "b")'),
    (
        sql.tables_have_one_owner,
        "portal/storage/schema/email.py",
        'SQL = "create view v as select b.id from mailboxes b join connections c on true"',
    ),
    (habits.sizes_stay_small, "portal/email/sync.py", "x = 1\n" * 301),
    (habits.sizes_stay_small, "sandbox/app.py", "def f():\n" + "    x = 1\n" * 60),
    (habits.modules_say_what_they_are_for, "portal/email/sync.py", "x = 1"),
    (habits.names_are_words_of_the_trade, "portal/email/sync.py", "def get_mail(): ..."),
    (habits.names_are_words_of_the_trade, "portal/email/sync.py", "class MailManager: ..."),
    (habits.names_are_words_of_the_trade, "portal/email/mail_utils.py", ""),
    (
        habits.faults_are_not_swallowed,
        "portal/email/sync.py",
        "try:\n    f()\nexcept Exception:\n    pass",
    ),
    (habits.faults_are_not_swallowed, "sandbox/app.py", "try:\n    f()\nexcept:\n    g()"),
    (habits.exemptions_carry_reasons, "portal/email/sync.py", "x = 1  # noqa: S101"),
    (habits.exemptions_carry_reasons, "portal/cli.py", "x = 1  # type: ignore[attr-defined]"),
    (
        habits.test_modules_lend_nothing,
        "tests/email/test_sync.py",
        "from tests.web import test_forms",
    ),
    (habits.test_modules_lend_nothing, "faults/suite.py", "from tests.web.test_forms import form"),
    (layers.programs_stay_apart, "bench/load.py", "from tests.support import walk"),
    (layers.programs_stay_apart, "demo/launch.py", "from bench import load"),
    (layers.programs_stay_apart, "faults/suite.py", "from demo.programs import start"),
    (surface.nothing_switches_escaping_off, "portal/web/forms.py", "from markupsafe import Markup"),
    (english.prose_is_plain, "portal/email/sync.py", '"""What befalls a claim."""'),
    (english.prose_is_plain, "portal/email/sync.py", "x = 1  # it may have changed meanwhile"),
    (
        english.docstrings_begin_with_the_noun,
        "portal/email/sync.py",
        'def f():\n    """Who asked for it gets it."""',
    ),
    (english.names_are_plain, "portal/email/sync.py", "def insist_on_claim(): ..."),
]


@pytest.mark.parametrize(("rule", "path", "text"), BROKEN)
def test_rule_refuses(rule: Rule, path: str, text: str) -> None:
    complaints = list(rule(Module(path, text)))

    assert len(complaints) == 1


def test_every_rule_is_shown_a_bad_example() -> None:
    shown = {rule for rule, _, _ in BROKEN}

    assert shown == {*EVERYWHERE, doors.tables_are_made_by_migrations}


KEPT = [
    (layers.imports_go_down, "portal/email/routes.py", "from portal.web.current import services"),
    (layers.imports_go_down, "portal/flows/sign_in.py", "from portal.users import sign_in"),
    (layers.imports_go_down, "portal/audit/routes.py", "from portal.web.access import admin_only"),
    (layers.imports_go_down, "portal/vault.py", "from portal.errors import PortalError"),
    (doors.sql_stands_in_stores, "portal/email/sync.py", '"""select a from b where c"""'),
    (doors.sql_stands_in_stores, "portal/email/store.py", 'db.query("select a from b")'),
    (doors.http_has_two_doors, "portal/web/current.py", "from urllib.parse import quote"),
    (habits.exemptions_carry_reasons, "portal/cli.py", "x = 1  # noqa: S101  # pytest needs it"),
    (doors.tables_are_made_by_migrations, "portal/email/store.py", 'rows["name"].sort()'),
    (sql.tables_have_one_owner, "portal/email/store.py", 'SQL = "select 1 from people, mailboxes"'),
    (sql.tables_have_one_owner, "portal/users/forms.py", 'TEXT = "Select a person from users"'),
    (
        sql.tables_have_one_owner,
        "portal/email/store.py",
        'SQL = f"with n as (select id from mailboxes) select id from n join ({OLD}) o on true"',
    ),
    (sql.tables_have_one_owner, "portal/storage/claims.py", 'SQL = f"delete from {self.table}"'),
]


@pytest.mark.parametrize(("rule", "path", "text"), KEPT)
def test_rule_lets_pass(rule: Rule, path: str, text: str) -> None:
    assert list(rule(Module(path, text))) == []


def test_secret_column_without_seal_is_found() -> None:
    columns = [("c", "refresh_token"), ("c", "access_token"), ("s", "id_hash"), ("s", "token_hash")]

    assert doors.secrets_without_seal(columns, [("c", "access_token")]) == [("c", "refresh_token")]
