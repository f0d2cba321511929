"""Ids in time order: their form, their order, and what several threads make at once."""

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from portal import clock
from portal.storage.ids import OrderedIds, new_id, new_ordered_id


def made(count: int) -> list[str]:
    return [new_ordered_id() for _ in range(count)]


def test_id_is_a_random_uuid() -> None:
    first, second = uuid.UUID(new_id()), uuid.UUID(new_id())

    assert (first.version, first.variant) == (4, uuid.RFC_4122)
    assert first != second


def test_ordered_id_has_the_form_of_version_seven() -> None:
    before = clock.milliseconds()

    text = new_ordered_id()

    found = uuid.UUID(text)
    assert (str(found), found.version, found.variant) == (text, 7, uuid.RFC_4122)
    assert before <= found.int >> 80 <= clock.milliseconds() + 1


def test_ordered_ids_sort_as_they_were_made() -> None:
    ids = made(20_000)  # more than the counter holds for one millisecond

    assert ids == sorted(ids)
    assert len(set(ids)) == len(ids)


def test_ordered_ids_stay_in_order_when_the_clock_is_set_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ids = OrderedIds()
    first = ids.next_id()
    monkeypatch.setattr("time.time_ns", lambda: 1_700_000_000_000_000_000)

    second = ids.next_id()

    assert first < second


def test_full_counter_goes_on_in_the_next_millisecond(monkeypatch: pytest.MonkeyPatch) -> None:
    ids = OrderedIds()
    monkeypatch.setattr("time.time_ns", lambda: 1_700_000_000_000_000_000)

    found = [ids.next_id() for _ in range(5_000)]

    assert found == sorted(found)
    assert found[0].int >> 80 == 1_700_000_000_000
    assert found[-1].int >> 80 == 1_700_000_000_001


def test_threads_make_no_id_twice() -> None:
    with ThreadPoolExecutor(4) as pool:
        found = [each for ids in pool.map(made, [2_000] * 4) for each in ids]

    assert len(set(found)) == 8_000


def test_ordered_ids_cannot_be_guessed_from_each_other() -> None:
    tails = {uuid.UUID(each).int & (1 << 62) - 1 for each in made(1_000)}

    assert len(tails) == 1_000
