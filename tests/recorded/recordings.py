"""Recordings as files: named sections of lines, and what differs between two of them."""

import difflib
from collections.abc import Iterator
from pathlib import Path

Sections = dict[str, list[str]]
FOLDER = Path(__file__).parent / "recordings"
HEADING = "=== "


def save(name: str, sections: Sections) -> Path:
    """One file, readable as it stands."""
    path = _path(name)
    path.parent.mkdir(exist_ok=True)
    parts = ["\n".join([f"{HEADING}{title}", *lines]) for title, lines in _tidy(sections).items()]
    path.write_text("\n\n".join(parts) + "\n", "utf-8")
    return path


def load(name: str) -> Sections:
    sections: Sections = {}
    lines: list[str] = []
    for line in _path(name).read_text("utf-8").splitlines():
        if line.startswith(HEADING):
            lines = sections.setdefault(line.removeprefix(HEADING), [])
        else:
            lines.append(line)
    return sections


def _path(name: str) -> Path:
    return FOLDER / f"{name}.txt"


def difference(recorded: Sections, found: Sections) -> str:
    """Section by section, a diff from the recording to what was found; empty when they agree."""
    return "\n".join(_differences(_tidy(recorded), _tidy(found)))


def _differences(recorded: Sections, found: Sections) -> Iterator[str]:
    for title, lines in recorded.items():
        if title not in found:
            yield f"{HEADING}{title} is gone"
        elif lines != found[title]:
            yield f"{HEADING}{title}"
            yield from difflib.unified_diff(lines, found[title], "recorded", "now", "", "", 3, "")
    yield from (f"{HEADING}{title} is new" for title in found if title not in recorded)
    if [*recorded] != [*found] and {*recorded} == {*found}:
        yield f"{HEADING}the sections have another order"


def _tidy(sections: Sections) -> Sections:
    """Without blanks at line ends and empty lines at the end, which editors and git take away."""
    return {
        title: "\n".join(line.rstrip() for line in "\n".join(lines).splitlines())
        .strip("\n")
        .splitlines()
        for title, lines in sections.items()
    }
