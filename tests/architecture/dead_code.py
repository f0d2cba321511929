"""`make dead` finds code that nothing uses, and code of Portal that only tests use."""

import keyword
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from jinja2 import Environment
from vulture import Vulture

from tests.architecture.called_from_outside import BY_DECORATOR, BY_NAME
from tests.architecture.sources import ROOT

PRODUCT = ("portal", "wsgi.py", "gunicorn.conf.py")
EVERYTHING = (*PRODUCT, "sandbox", "demo", "tests", "faults", "bench")
Unused = tuple[str, str]
TEMPLATES = ("templates", "sandbox/templates")


def main() -> None:
    found = {*unused(EVERYTHING), *unused(PRODUCT)}
    sys.exit("\n".join(complaints(found, BY_NAME)) or None)


def unused(places: Iterable[str]) -> Iterator[Unused]:
    """The name and place of everything that neither Python nor a template uses."""
    sources = [path for place in places for path in _files(ROOT / place, "*.py")]
    templates = [path for place in TEMPLATES for path in _files(ROOT / place, "*.html")]
    return unused_in(_texts(sources), _texts(templates).values())


def _files(place: Path, pattern: str) -> list[Path]:
    return [place] if place.is_file() else sorted(place.rglob(pattern))


def _texts(files: Iterable[Path]) -> dict[str, str]:
    return {path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in files}


def unused_in(sources: Mapping[str, str], templates: Iterable[str]) -> Iterator[Unused]:
    vulture = Vulture(ignore_decorators=list(BY_DECORATOR))
    for path, text in sources.items():
        vulture.scan(text, filename=Path(path))
    for text in templates:
        vulture.scan("\n".join(_names_in(text)))
    for item in vulture.get_unused_code():
        yield item.name, f"{item.filename}:{item.first_lineno} {item.message}"


def _names_in(template: str) -> Iterator[str]:
    for _, kind, text in Environment(autoescape=True).lex(template):
        if kind == "name" and not keyword.iskeyword(text):
            yield text


def complaints(found: Iterable[Unused], allowed: Mapping[str, str]) -> list[str]:
    """Report what is not exempted, and each exemption that nothing needs."""
    found = sorted(found, key=lambda each: each[1])
    needed = {pattern for name, _ in found for pattern in allowed if _fits(name, pattern)}
    return [
        *(place for name, place in found if not any(_fits(name, each) for each in allowed)),
        *(f"{each} is exempted without need" for each in allowed if each not in needed),
    ]


def _fits(name: str, pattern: str) -> bool:
    return name.startswith(pattern[:-1]) if pattern.endswith("*") else name == pattern


if __name__ == "__main__":
    main()
