"""Time zones of people: which there are, how they are found by words, and who named a person's."""

import re
from enum import StrEnum
from functools import cache, lru_cache
from importlib.resources import files
from unicodedata import combining, normalize
from zoneinfo import available_timezones

# Signs inside of names that people leave out.
NO_LETTERS = "'\u2019."
SAME_AS_UTC = ("UTC", "Etc/UTC", "Etc/GMT", "GMT")


class ZoneFrom(StrEnum):
    """The origin of a person's time zone. NOWHERE: nobody named one, so times are in UTC."""

    NOWHERE = ""
    BROWSER = "browser"
    PERSON = "person"


def known(named: str) -> str:
    """The zone of this name, as people choose it. Empty if there is none."""
    if named in SAME_AS_UTC:
        return "UTC"
    return named if named in available_timezones() else ""


def place(zone: str) -> str:
    return zone.replace("_", " ")


def exact(written: str) -> str:
    """The zone of this name, in whatever letters. Empty if there is none."""
    return _by_name().get(_plain(written), "")


def found(written: str) -> tuple[str, ...]:
    """The zones that a zone, a city, a country or the beginnings of their words may mean."""
    plain = _plain(written)
    for zones in (
        [_by_name()[plain]] if plain in _by_name() else [],
        [zone for zone in _countries() if _city(zone) == plain],
        [zone for zone, country in _countries().items() if _plain(country) == plain],
        [zone for zone in _by_name().values() if _city(zone) == plain],
        [known(written)] if known(written) else [],
        [zone for zone in _countries() if plain and _has_words(zone, plain.split())],
    ):
        if zones:
            return tuple(zones)
    return ()


def country(zone: str) -> str:
    return _countries().get(zone, "")


def _has_words(zone: str, beginnings: list[str]) -> bool:
    words = _plain(f"{zone} {country(zone)}").split()
    return all(any(word.startswith(each) for word in words) for each in beginnings)


@cache
def _by_name() -> dict[str, str]:
    """Zones named after places, and UTC. Those of the sea count the wrong way round."""
    places = {name for name in available_timezones() if "/" in name}
    return {_plain(name): name for name in ("UTC", *places) if not name.startswith("Etc/")}


@cache
def _countries() -> dict[str, str]:
    """The country of each zone that has one, in English: no zone stands there by two names."""
    names = dict(line.split("\t") for line in _table("iso3166.tab"))
    rows = [line.split("\t") for line in _table("zone.tab")]
    return {row[2]: names[row[0]] for row in rows if _plain(row[2]) in _by_name()}


def _table(name: str) -> list[str]:
    text = files("tzdata.zoneinfo").joinpath(name).read_text("utf-8")
    return [line for line in text.splitlines() if not line.startswith("#")]


@lru_cache(2000)
def _plain(written: str) -> str:
    """Small letters without accents, and blanks for everything else."""
    letters = normalize("NFKD", written.casefold())
    kept = "".join(each for each in letters if each not in NO_LETTERS and not combining(each))
    return " ".join(re.findall(r"[^\W_]+", kept))


def _city(zone: str) -> str:
    return _plain(zone.rpartition("/")[2])
