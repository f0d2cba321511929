"""Files of the corpus that give no interval, and why."""

from pathlib import Path

from tests.corpus.calendars.files import Component, File, is_cancelled, may_block

LIST = Path(__file__).with_name("without_intervals.tsv")


def named() -> dict[str, str]:
    """The reason for each file that the list names."""
    rows = (line.split("\t") for line in LIST.read_text().splitlines())
    return dict(rows)


def reason(file: File) -> str:
    """Why no event of a file counts as busy."""
    if file.fault:
        return file.fault
    if not file.groups:
        return "no event has a start"
    events = [event for group in file.groups for event in group.events]
    return " or ".join(sorted(set(map(_of_event, events))))


def _of_event(event: Component) -> str:
    if is_cancelled(event):
        return "cancelled"
    return "without length" if may_block(event) else "shown as free"
