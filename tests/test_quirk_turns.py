"""Each test of Microsoft's answers has its quirks, the same in every run."""

from collections import Counter

from tests.support.needs import ROOT
from tests.support.quirk_turns import ALL, IN_TURN, quirks_of

IDS = [f"tests/directory/test_user_sync.py::test_{number}" for number in range(2000)]


def test_every_quirk_has_its_turn_and_all_of_them_every_second_one() -> None:
    chosen = Counter(map(quirks_of, IDS))

    assert set(chosen) == {ALL, *((name,) for name in ALL)}
    assert 900 < chosen[ALL] < 1100


def test_choice_is_the_same_in_every_run() -> None:
    assert quirks_of("tests/directory/test_user_sync.py::test_second") == ("principalNames",)


def test_tests_of_the_tenant_itself_have_a_kind_one() -> None:
    assert quirks_of("tests/sandbox/test_batch.py::test_order") == ()
    assert all((ROOT / folder).is_dir() for folder in IN_TURN)
