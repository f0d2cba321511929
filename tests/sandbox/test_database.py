"""The state file survives a restart, but not another version of the schema."""

from pathlib import Path

from sandbox.app import open_state

KIM = "kim@northwind.example"


def renamed(path: Path) -> None:
    open_state(path, base_url="").execute(
        "update users set display_name = 'Somebody' where upn = ?", (KIM,)
    )


def name_of_kim(path: Path) -> str:
    row = open_state(path, base_url="").row("select display_name from users where upn = ?", (KIM,))
    assert row is not None
    return str(row["display_name"])


def test_state_survives_a_restart(tmp_path: Path) -> None:
    renamed(tmp_path / "sandbox.db")

    assert name_of_kim(tmp_path / "sandbox.db") == "Somebody"


def test_state_of_another_version_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "sandbox.db"
    renamed(path)
    old = open_state(path, base_url="")
    old.execute("alter table users drop column purpose")
    old.execute("pragma user_version = 1")

    assert name_of_kim(path) == "Kim Lund"
