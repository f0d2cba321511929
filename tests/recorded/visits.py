"""People of the walk: each step is written down with the hops that led to its page."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from requests import Response

from tests.recorded import masks, page_text, patience
from tests.recorded.recordings import Sections
from tests.support.walk import Person

# On these pages lines that begin so stand in the order of seconds, of which several may have one;
# at the practice tenant, what is of today lies before now, whenever that is.
UNORDERED = {"/admin/audit-log": "| ", "/admin/jobs": "| ", "/outlook/": "[ "}


@dataclass(frozen=True)
class Book:
    """The pages of a walk under the names of their steps; `names` are what this run masks."""

    names: Mapping[str, str]
    pages: Sections = field(default_factory=dict)

    def write(self, step: str, answer: Response) -> None:
        times = 1 + sum(title.partition(" / ")[0] == step for title in self.pages)
        hops = [self._hop(each) for each in (*answer.history, answer)]
        text = masks.masked("\n".join(self._lines(answer)), self.names)
        lines = _ordered(text.split("\n"), urlsplit(answer.url).path)
        self.pages[step if times == 1 else f"{step} / {times}"] = [*hops, "", *lines]

    def _hop(self, answer: Response) -> str:
        url = self._shown(str(answer.request.url))
        return f"{answer.request.method} {url} {answer.status_code}"

    def _lines(self, answer: Response) -> list[str]:
        if "html" not in answer.headers.get("Content-Type", ""):
            return answer.text.splitlines()
        return page_text.lines_of(answer.text, shown=self._shown)

    def _shown(self, url: str) -> str:
        return masks.address(url, self.names)


def _ordered(lines: list[str], path: str) -> list[str]:
    for place, start in UNORDERED.items():
        if path.startswith(place):
            return page_text.sorted_blocks(lines, start)
    return lines


class Visit:
    """One person with one browser, in which every step is written into the book."""

    def __init__(self, name: str, home: str, book: Book) -> None:
        self.name = name
        self._home = home
        self._book = book
        self._person = Person()

    def open(self, path: str, *, step: str = "") -> None:
        """A path of the portal, or a whole address."""
        self._person.open(path if "://" in path else f"{self._home}{path}")
        self._write(step or f"opens {masks.address(path, self._book.names)}")

    def follow(self, link: str, *, step: str = "") -> None:
        self._person.follow(link)
        self._write(step or f"follows {link}")

    def press(self, button: str, *, step: str = "", **values: str) -> None:
        self._person.press(button, **values)
        self._write(step or f"presses {button}")

    def wait_for(self, path: str, *words: str) -> None:
        """Open a page again and again until it has these words; nothing is written down."""
        patience.wait_until(lambda: self.sees(path, *words), told=self.text)

    def sees(self, path: str, *words: str) -> bool:
        """Whether the page has these words now; nothing is written down."""
        self._person.open(f"{self._home}{path}")
        text = self.text()
        return all(word in text for word in words)

    def text(self) -> str:
        """Of the page that is open."""
        return "\n".join(page_text.lines_of(self._person.html))

    @property
    def path(self) -> str:
        return urlsplit(self._person.url).path

    def _write(self, step: str) -> None:
        self._book.write(f"{self.name} {step}", self._person.answer)
