"""The maintenance commands, as people type them."""

import base64
import secrets
from pathlib import Path

import pytest

from portal.storage.rows import Rows
from tests.support import builders
from tests.support.commands import flask
from tests.support.raw_rows import raw


@pytest.fixture
def backup(settings: dict[str, str], rows: Rows, tmp_path: Path) -> Path:
    path = tmp_path / "backup.db"
    assert flask(settings, "backup", str(path)).returncode == 0
    return path


@pytest.mark.parametrize(
    "words",
    [
        ("backup", "b.db"),
        ("doctor",),
        ("sync", "priya@northwind.example"),
        ("rotate-keys",),
        ("restore", "b.db"),
    ],
    ids=lambda words: words[0],
)
@pytest.mark.parametrize("is_empty", [False, True], ids=["no folder", "empty folder"])
def test_command_makes_no_portal(
    settings: dict[str, str], tmp_path: Path, words: tuple[str, ...], is_empty: bool
) -> None:
    folder = tmp_path / "wrong"
    settings["PORTAL_INSTANCE"] = str(folder)
    if is_empty:
        folder.mkdir()
        (folder / "portal.db").touch()

    done = flask(settings, words[0], *(str(tmp_path / word) for word in words[1:]))

    assert done.returncode == 1
    assert (
        ("There is no f" in done.stderr)
        if words[0] == "restore"
        else (f"There is no portal in {folder}." in done.stderr)
    )
    assert "/setup" not in done.stderr
    assert [path.name for path in tmp_path.rglob("*.db")] == ["portal.db"] * is_empty
    assert not (folder / "token.keys").exists()


def test_help_makes_no_portal(settings: dict[str, str], tmp_path: Path) -> None:
    settings["PORTAL_INSTANCE"] = str(tmp_path / "new")

    done = flask(settings, "--help")

    assert "Copy the rows into a new file" in done.stdout
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    "words",
    [("migrate",), ("make-admin", "--password", "seven green boats at noon", "a@b.example")],
)
def test_first_commands_make_a_portal(
    settings: dict[str, str], tmp_path: Path, words: tuple[str, ...]
) -> None:
    settings["PORTAL_INSTANCE"] = str(tmp_path / "new")

    done = flask(settings, *words)

    assert done.returncode == 0, done.stderr
    assert (tmp_path / "new" / "portal.db").stat().st_size > 0


def test_backup_says_how_much_it_holds(
    settings: dict[str, str], rows: Rows, tmp_path: Path
) -> None:
    builders.user(rows, "Priya Kaur")

    done = flask(settings, "backup", str(tmp_path / "b.db"))

    assert f"{tmp_path / 'b.db'} holds 1 person and no messages (1." in done.stdout


def test_backup_says_that_the_key_is_not_in_it(
    settings: dict[str, str], rows: Rows, tmp_path: Path
) -> None:
    done = flask(settings, "backup", str(tmp_path / "b.db"))

    assert done.returncode == 0
    assert "The keys are not in it: keep" in done.stdout
    assert "in another place" in done.stdout


def test_backup_that_exists_is_refused(settings: dict[str, str], backup: Path) -> None:
    done = flask(settings, "backup", str(backup))

    assert done.returncode == 1
    assert "exists already" in done.stderr


def test_restore_works_where_the_portal_does_not_start(
    settings: dict[str, str], backup: Path, instance: Path
) -> None:
    (instance / "portal.db").write_text("scrambled")
    stopped = flask(settings, "migrate")

    restored = flask(settings, "restore", str(backup))

    assert stopped.returncode == 1
    assert "restore a backup" in stopped.stderr
    assert restored.returncode == 0
    assert "Those of before are in" in restored.stdout
    assert flask(settings, "migrate").returncode == 0


@pytest.mark.parametrize("command", ["migrate", "worker"])
def test_unknown_schema_stops_every_program(
    settings: dict[str, str], rows: Rows, command: str
) -> None:
    raw(rows).execute("update migrations set hash = 'of another text'")

    stopped = flask(settings, command)

    assert stopped.returncode == 1
    assert "Portal does not start. Another version of Portal" in stopped.stderr
    assert "to begin with an empty one." in stopped.stderr


def test_restore_on_an_empty_machine_makes_no_keys(
    settings: dict[str, str], backup: Path, tmp_path: Path
) -> None:
    """A key made before the old one is restored would be mistaken for it."""
    settings["PORTAL_INSTANCE"] = str(tmp_path / "new")
    (tmp_path / "new").mkdir()

    done = flask(settings, "restore", str(backup))

    assert done.returncode == 0
    assert not (tmp_path / "new" / "token.keys").exists()
    assert "/setup" not in done.stderr


def test_restore_of_no_backup_makes_nothing(settings: dict[str, str], tmp_path: Path) -> None:
    new = tmp_path / "new"
    new.mkdir()
    settings["PORTAL_INSTANCE"] = str(new)

    refused = flask(settings, "restore", str(tmp_path / "misspelt.db"))

    assert refused.returncode == 1
    assert "There is no file" in refused.stderr
    assert list(new.iterdir()) == []


def test_rotation_says_what_to_do_next(
    settings: dict[str, str], rows: Rows, instance: Path
) -> None:
    assert flask(settings, "migrate").returncode == 0  # makes the keys
    alone = flask(settings, "rotate-keys")
    keys = instance / "token.keys"
    new = base64.b64encode(secrets.token_bytes(32))
    keys.write_bytes(new + b"\n" + keys.read_bytes())

    done = flask(settings, "rotate-keys")

    assert alone.returncode == 0
    assert "the only key there" in alone.stdout
    assert done.returncode == 0
    assert "The old keys may be removed" in done.stdout


def test_new_administrator_signs_in_after_any_number_of_guesses(
    settings: dict[str, str], rows: Rows
) -> None:
    raw(rows).execute(
        "insert into rate_limits values ('sign-in-account:x', '2026-11-30T00:00:00Z', 40), "
        "('search:x', '2026-11-30T00:00:00Z', 2)"
    )

    done = flask(settings, "make-admin", "--password", "seven green boats at noon", "a@b.example")

    assert done.returncode == 0
    assert [each["bucket"] for each in raw(rows)["rate_limits"].rows] == ["search:x"]
