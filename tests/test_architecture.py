"""The code keeps its written shape; each rule is also shown an example that it must refuse."""

from collections.abc import Callable, Iterator
from functools import partial

import pytest
from sqlite_utils import Database

from portal.storage.migrations import create_statements
from portal.storage.schema.engines import Engine
from portal.vault import SEALED_COLUMNS
from tests.architecture import doors, english, habits, layers, mail_of_others, said, sql, surface
from tests.architecture.examples import BROKEN, KEPT
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
    doors.addresses_have_one_reader,
    doors.paths_quote_what_they_hold,
    doors.sqlite_has_one_door,
    doors.engine_is_known_in_storage_alone,
    doors.encryption_has_one_door,
    doors.time_is_read_in_the_clock,
    doors.environment_is_read_in_config,
    sql.conditions_compare,
    sql.percent_signs_are_bound,
    sql.equality_is_of_folded_columns,
    sql.tables_have_one_owner,
    mail_of_others.hidden_mail_is_left_out,
    said.flashes_have_one_door,
    said.sentences_are_members,
    habits.sizes_stay_small,
    habits.modules_say_what_they_are_for,
    habits.names_are_words_of_the_trade,
    habits.modules_are_no_gerunds,
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
    habits.modules_are_no_gerunds,
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
    assert habits.folders_above_the_limit([*MODULES, *TESTS]) == {}


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


@pytest.mark.parametrize(("rule", "path", "text"), BROKEN)
def test_rule_refuses(rule: Rule, path: str, text: str) -> None:
    complaints = list(rule(Module(path, text)))

    assert len(complaints) == 1


def test_every_rule_is_shown_a_bad_example() -> None:
    shown = {rule for rule, _, _ in BROKEN}

    assert shown == {*EVERYWHERE, doors.tables_are_made_by_migrations}


@pytest.mark.parametrize(("rule", "path", "text"), KEPT)
def test_rule_lets_pass(rule: Rule, path: str, text: str) -> None:
    assert list(rule(Module(path, text))) == []


def test_secret_column_without_seal_is_found() -> None:
    columns = [("c", "refresh_token"), ("c", "access_token"), ("s", "id_hash"), ("s", "token_hash")]

    assert doors.secrets_without_seal(columns, [("c", "access_token")]) == [("c", "refresh_token")]
