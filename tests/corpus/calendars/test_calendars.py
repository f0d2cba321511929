"""Real calendars: Portal reads exactly what another library reads in each file."""

from collections import Counter
from collections.abc import Iterator

import pytest

from portal.availability import calendar_view
from portal.availability.intervals import intervals
from portal.availability.models import Rules, SeriesState
from tests.corpus.calendars import comparison, library, reasons, rscale
from tests.corpus.calendars.comparison import Reader, Tenant
from tests.corpus.calendars.files import SKIPPED, files
from tests.corpus.calendars.library import Verdict, Window
from tests.corpus.calendars.rscale import HOUR, Rule
from tests.support.sandbox_server import running_sandbox

pytestmark = pytest.mark.calendar_corpus


@pytest.fixture(scope="module")
def tenant() -> Iterator[Tenant]:
    with running_sandbox() as sandbox:
        yield Tenant.of(sandbox)


def test_portal_reads_what_the_library_reads(tenant: Tenant) -> None:
    """A file without an interval fails, unless the list names it with the reason."""
    every = list(files())
    whole = [file for file in every if not file.fault]

    results = list(comparison.compare(tenant, whole))

    assert [each.difference for each in results if each.difference] == []
    busy = {each.name for each in results if any(found for *_, found in each.found)}
    without = {file.name: reasons.reason(file) for file in every if file.name not in busy}
    assert without == reasons.named()
    assert (len(every) + len(SKIPPED), len(busy)) == (177, 78)
    series = {each.name: each.series for each in results}
    assert (len(results), sum(len(each.found) for each in results)) == (189, 4310)
    assert sum(series.values()) == 673


def test_rules_of_other_calendars_are_left_out(tenant: Tenant) -> None:
    """Gregorian rules are read, as Microsoft cannot tell them apart. Russian ones have no dates."""
    rules = rscale.rules()
    kinds = Counter(_kind(rule) for rule in rules)

    for number, rule in enumerate(rules):
        if rule.starts:
            reader = Reader(tenant.add(f"rule-{number}", [rule.item]))
            _assert_judged(reader, rule)

    assert kinds == {"left out": 12, "read": 9, "skipped": 1}
    assert [rule.text for rule in rules if not rule.starts] == ["RSCALE=RUSSIAN;FREQ=YEARLY"]


def _kind(rule: Rule) -> str:
    if not rule.starts:
        return "skipped"
    return "read" if rule.is_gregorian else "left out"


def _assert_judged(reader: Reader, rule: Rule) -> None:
    """Its times count as they are read, or else if their owner blocks them."""
    for start in {rule.starts[0], rule.starts[-1]}:
        window = Window(start - HOUR)
        times = [
            (each, each + HOUR) for each in rule.starts if window.overlaps((each, each + HOUR))
        ]

        assert reader.verdicts(window) == [(*each, rule.is_gregorian) for each in times], rule.text
        assert _blocked(reader, window) == [(*each, True) for each in times], rule.text


def _blocked(reader: Reader, window: Window) -> list[Verdict]:
    """Events as they count once the owner turned on "Block these times"."""
    events = calendar_view.events(reader.client, calendar_view.Window.at(window.now), lambda: None)
    states = {each.series_id: SeriesState.BLOCKED for each in reader.series}
    found = intervals(events, Rules(), library.ZONE, states)
    return [(each.starts_at, each.ends_at, each.blocks) for each in found]
