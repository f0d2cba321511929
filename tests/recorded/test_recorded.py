"""The product still does what was recorded. `python -m tests.recorded` records it again."""

from pathlib import Path

import pytest

from tests.recorded import corpus_sync, demo_walk, recordings
from tests.recorded.recordings import Sections

Walk = tuple[Sections, Sections]


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Walk:
    return demo_walk.record(tmp_path_factory.mktemp("instance"))


def test_walk_shows_the_recorded_pages(walk: Walk) -> None:
    pages, _ = walk

    assert_as_recorded("pages", pages)


def test_walk_leaves_the_recorded_rows(walk: Walk) -> None:
    _, rows = walk

    assert_as_recorded("rows", rows)


@pytest.mark.corpus
def test_sync_of_the_corpus_makes_the_recorded_calls(instance: Path) -> None:
    assert_as_recorded("calls", corpus_sync.record(instance))


def test_difference_names_its_section_and_shows_both() -> None:
    recorded = {"one": ["same", "before"], "two": ["here"]}
    found = {"one": ["same", "after"], "three": ["new"]}

    text = recordings.difference(recorded, found)

    assert text.splitlines() == [
        "=== one",
        "--- recorded",
        "+++ now",
        "@@ -1,2 +1,2 @@",
        " same",
        "-before",
        "+after",
        "=== two is gone",
        "=== three is new",
    ]
    assert recordings.difference(recorded, dict(recorded)) == ""


def assert_as_recorded(name: str, found: Sections) -> None:
    difference = recordings.difference(recordings.load(name), found)
    if difference:
        pytest.fail(f"{name}.txt says something else:\n{difference}", pytrace=False)
