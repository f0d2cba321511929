"""Ports, folder and settings of the demo."""

import pytest

from demo.environment import WrongSetting, environment_from


def test_ports_are_the_written_ones() -> None:
    environment = environment_from({})

    assert (environment.portal, environment.sandbox) == (
        "http://localhost:8000",
        "http://localhost:8365",
    )


def test_ports_can_be_changed() -> None:
    environment = environment_from({"PORTAL_PORT": "8001", "SANDBOX_PORT": "8366"})

    assert (environment.portal, environment.sandbox) == (
        "http://localhost:8001",
        "http://localhost:8366",
    )
    assert environment.redirects[0] == "http://localhost:8001/oauth/microsoft/callback"


@pytest.mark.parametrize("port", ["80", "99999", "eight", "-1", "٨٠٠٠"])
def test_port_that_cannot_be_used_is_refused(port: str) -> None:
    with pytest.raises(WrongSetting) as refusal:
        environment_from({"PORTAL_PORT": port})

    expected = f"PORTAL_PORT is {port!r}; it has to be a port from 1024 to 65535."
    assert str(refusal.value) == expected


def test_settings_point_to_this_machine() -> None:
    settings = environment_from({}).settings("7c3c0d5e-0000-4000-8000-0000000000aa")

    assert settings["PORTAL_TEST_MODE"] == "1"
    assert settings["MICROSOFT_AUTHORITY"] == "http://localhost:8365"
