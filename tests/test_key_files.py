"""Files of keys."""

from pathlib import Path

from portal.key_files import make_key_file


def test_key_file_that_exists_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "token.keys"
    make_key_file(path)
    before = path.read_text()

    make_key_file(path)

    assert path.read_text() == before
    assert [file.name for file in tmp_path.iterdir()] == ["token.keys"]
