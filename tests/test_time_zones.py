"""Time zones are found by what people write."""

import pytest

from portal import time_zones


@pytest.mark.parametrize(
    ("written", "zone"),
    [
        ("Europe/Madrid", "Europe/Madrid"),
        ("america/argentina/buenos aires", "America/Argentina/Buenos_Aires"),
        ("Madrid", "Europe/Madrid"),
        (" São  Paulo ", "America/Sao_Paulo"),
        ("port au prince", "America/Port-au-Prince"),
        ("St. Johns", "America/St_Johns"),
        ("Sweden", "Europe/Stockholm"),
        ("Japan", "Asia/Tokyo"),
        ("Calcutta", "Asia/Calcutta"),
        ("stockh", "Europe/Stockholm"),
        ("johannes afr", "Africa/Johannesburg"),
        ("utc", "UTC"),
        ("GMT", "UTC"),
        ("CET", "CET"),
    ],
)
def test_one_zone_is_meant(written: str, zone: str) -> None:
    assert time_zones.found(written) == (zone,)


def test_a_country_of_several_zones_offers_them() -> None:
    assert {"Atlantic/Canary", "Europe/Madrid"} <= {*time_zones.found("Spain")}
    assert all(time_zones.country(zone) == "Spain" for zone in time_zones.found("spain"))


@pytest.mark.parametrize("written", ["", "  ", "Gotham", "../../etc/passwd", "/", "\0", "++"])
def test_other_words_mean_none(written: str) -> None:
    assert time_zones.found(written) == ()


def test_every_zone_is_found_by_its_name() -> None:
    names = list(time_zones._by_name().values())

    assert len(names) > 400
    assert all(time_zones.found(time_zones.place(name)) == (name,) for name in names)
