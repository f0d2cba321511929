"""Settings: dangerous values stop the start with a sentence."""

import secrets
import stat
from pathlib import Path

import pytest

from portal.config import CLOUDS, Config
from portal.errors import Misconfigured
from portal.key_files import make_key_file

KEY = secrets.token_bytes(32)


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return {"PORTAL_INSTANCE": str(tmp_path / "instance")}


def test_defaults_start_on_this_machine(environ: dict[str, str]) -> None:
    config = Config.from_environment(environ)

    assert config.base_url == "http://localhost:8000"
    assert not config.test_mode
    assert not config.microsoft.is_configured
    assert config.microsoft.graph == CLOUDS["global"][1]


def test_instance_is_made_for_its_owner_alone(environ: dict[str, str]) -> None:
    config = Config.from_environment(environ)

    key_file = config.instance / "secret.key"
    assert stat.S_IMODE(config.instance.stat().st_mode) == 0o700
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600


def test_open_instance_is_tightened(environ: dict[str, str], tmp_path: Path) -> None:
    folder = tmp_path / "instance"
    folder.mkdir(mode=0o755)
    (folder / "portal.db").touch(mode=0o644)

    Config.from_environment(environ)

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "portal.db").stat().st_mode) == 0o600


def test_signing_key_is_made_once(environ: dict[str, str]) -> None:
    first = Config.from_environment(environ)

    second = Config.from_environment(environ)

    assert first.secret_key == second.secret_key
    assert len(first.secret_key) >= 32


def test_secrets_are_not_in_the_printed_config(environ: dict[str, str]) -> None:
    config = Config.from_environment({**environ, "MICROSOFT_CLIENT_SECRET": "very-secret"})

    assert "very-secret" not in repr(config)
    assert config.secret_key.decode() not in repr(config)


# Readers of addresses take these for another host than the library that makes the request.
READ_IN_TWO_WAYS = (
    "http://evil.example\\@localhost",
    "http://evil.example\\\\@localhost",
    "http://evil.example#@localhost",
    "http://priya@localhost",
    "http://:@localhost",
    "http://@localhost",
    "http://localhost@evil.example",
    "http://localhost\\.evil.example",
    "http://local\thost",
    "http://localhost .evil.example",
    "http://localhost\x7f",
    "http://localhost.",
    "http://localhost%2eevil.example",
    "http://localhost:99999",
    "http://localhost:0",
    "http:///localhost",
    "http:localhost",
    "//localhost",
    "ftp://localhost",
    "http://127.1",
    "http://0x7f.0.0.1",
    "http://2130706433",
    "http://\N{CIRCLED LATIN SMALL LETTER L}ocalhost.example",
)
REFUSED = [
    ({"PORTAL_BASE_URL": "http://portal.example.com"}, "has to start with https"),
    ({"PORTAL_BASE_URL": "portal.example.com"}, "has to look like"),
    ({"PORTAL_BASE_URL": "https://portal.example.com/here"}, "has to look like"),
    (
        {"PORTAL_BASE_URL": "https://portal.example.com", "PORTAL_TEST_MODE": "1"},
        "Test mode is for this machine alone",
    ),
    ({"PORTAL_TEST_MODE": "perhaps"}, "has to be 1 or 0"),
    ({"PORTAL_TRUSTED_PROXY": "the proxy"}, "has to be an address, a network or unix"),
    ({"PORTAL_SECRET_KEY_FILE": "/no/such/file"}, "There is no key file"),
    ({"PORTAL_TOKEN_KEYS_FILE": "/no/such/file"}, "There is no key file"),
    ({"MICROSOFT_CLOUD": "mars"}, "has to be one of"),
    ({"MICROSOFT_TENANT": "common"}, "lets everybody in"),
    ({"MICROSOFT_TENANT": "9188040D-6c67-4c5b-b112-36a304b66dad"}, "lets everybody in"),
    ({"MICROSOFT_TENANT": "../other"}, "tenant's ID or one of its domains"),
    ({"MICROSOFT_CLIENT_CERTIFICATE_FILE": "/no/such/file"}, "there is no file"),
    ({"MICROSOFT_AUTHORITY": "http://localhost:8365"}, "only in test mode"),
    ({"MICROSOFT_GRAPH": "https://graph.evil.example"}, "only in test mode"),
    ({"GOOGLE_ISSUER": "http://localhost:8365"}, "only in test mode"),
    ({"GOOGLE_ISSUER": "https://evil.example", "PORTAL_TEST_MODE": "1"}, "on this machine"),
    (
        {"MICROSOFT_GRAPH": "https://graph.evil.example", "PORTAL_TEST_MODE": "1"},
        "only in test mode, and only on this machine",
    ),
    (
        {"MICROSOFT_AUTHORITY": "https://localhost.evil.example", "PORTAL_TEST_MODE": "1"},
        "only in test mode, and only on this machine",
    ),
    *(
        ({name: address, "PORTAL_TEST_MODE": "1"}, words)
        for name, words in (
            ("MICROSOFT_AUTHORITY", "only in test mode, and only on this machine"),
            ("MICROSOFT_GRAPH", "only in test mode, and only on this machine"),
            ("GOOGLE_ISSUER", "only in test mode, and only on this machine"),
            ("PORTAL_BASE_URL", "PORTAL_"),
        )
        for address in READ_IN_TWO_WAYS
    ),
    ({"MICROSOFT_CLIENT_SECRET_EXPIRES": "soon"}, "it has to look like 2027-11-30."),
]


@pytest.mark.parametrize(("given", "words"), REFUSED)
def test_dangerous_setting_stops_the_start(
    environ: dict[str, str], given: dict[str, str], words: str
) -> None:
    with pytest.raises(Misconfigured) as refusal:
        Config.from_environment({**environ, **given})

    assert words in str(refusal.value)


@pytest.mark.parametrize("key", [b"", b"changeme", b"a" * 64, bytes(range(31))])
def test_weak_signing_key_stops_the_start(tmp_path: Path, key: bytes) -> None:
    with pytest.raises(Misconfigured) as refusal:
        Config(instance=tmp_path, secret_key=key)

    assert "signing key" in str(refusal.value)


@pytest.mark.parametrize("line", ["", "short", "A" * 43 + "=", "é" * 20, "!" * 44])
def test_broken_token_key_stops_the_start(
    environ: dict[str, str], tmp_path: Path, line: str
) -> None:
    path = tmp_path / "keys"
    path.write_text(line, "utf-8")
    path.chmod(0o600)

    with pytest.raises(Misconfigured):
        Config.from_environment({**environ, "PORTAL_TOKEN_KEYS_FILE": str(path)})


@pytest.mark.parametrize("setting", ["PORTAL_TOKEN_KEYS_FILE", "PORTAL_SECRET_KEY_FILE"])
def test_key_that_others_can_read_stops_the_start(
    environ: dict[str, str], tmp_path: Path, setting: str
) -> None:
    path = tmp_path / "keys"
    make_key_file(path)
    path.chmod(0o644)

    with pytest.raises(Misconfigured) as refusal:
        Config.from_environment({**environ, setting: str(path)})

    assert str(refusal.value) == f"Others can read {path}. Close it: chmod 600 {path}"


def test_all_token_keys_are_read_in_order(environ: dict[str, str], tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    make_key_file(first)
    make_key_file(second)
    first.write_text(first.read_text() + "\n" + second.read_text())

    config = Config.from_environment({**environ, "PORTAL_TOKEN_KEYS_FILE": str(first)})

    assert len(config.token_keys) == 2
    assert len(config.token_keys[0]) == 32


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("MICROSOFT_CLIENTID", "MICROSOFT_CLIENT_ID"),
        ("MICROSOFT_TENANT_ID", "MICROSOFT_TENANT"),
        ("portal_base_url", "PORTAL_BASE_URL"),
        ("PORTAL_TRUSTED_PROXIES", "PORTAL_TRUSTED_PROXY"),
    ],
)
def test_misspelt_name_stops_the_start(environ: dict[str, str], given: str, meant: str) -> None:
    with pytest.raises(Misconfigured, match=f"no setting {given}. Write it as {meant}."):
        Config.from_environment({**environ, given: "x"})

    assert not Path(environ["PORTAL_INSTANCE"]).exists()


def test_names_of_other_programs_are_no_mistake(environ: dict[str, str]) -> None:
    theirs = ("GOOGLE_APPLICATION_CREDENTIALS", "PORTAL_PORT", "PORTAL_SERVICE_HOST", "TENANT")

    Config.from_environment({**environ, **dict.fromkeys(theirs, "x")})


@pytest.mark.parametrize("name", ["MICROSOFT_CLIENT_ID", "MICROSOFT_TENANT"])
def test_example_of_the_guide_stops_the_start(environ: dict[str, str], name: str) -> None:
    zeros = "00000000-0000-0000-0000-000000000000"

    with pytest.raises(Misconfigured, match=f"{name} is still the example of the guide"):
        Config.from_environment({**environ, name: zeros})
