"""Real mail, delivered message by message."""

import gzip
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.app import open_state
from sandbox.mail import delivery
from tests.sandbox.messages import PRIYA
from tests.support.needs import SHARED

pytestmark = pytest.mark.corpus
CORPUS = SHARED / "mail-corpus"


def nasty() -> Iterator[tuple[str, bytes]]:
    with tarfile.open(CORPUS / "nasty.tar.xz") as archive:
        for member in archive:
            content = archive.extractfile(member)
            if content is not None:
                yield member.name, content.read()


def test_nasty_messages_are_delivered_and_read(tmp_path: Path) -> None:
    state = open_state(tmp_path / "sandbox.db", base_url="http://localhost")

    delivered = {name: delivery.deliver(state, PRIYA, raw) for name, raw in nasty()}

    kept = state.rows("select immutable_id, item from messages")
    assert {row["immutable_id"] for row in kept} == set(delivered.values())
    assert len(kept) >= 150


@pytest.mark.parametrize("name", ["r-package-devel-2015-2018", "spamassassin-a"])
def test_mbox_is_imported_completely(tmp_path: Path, name: str) -> None:
    state = open_state(tmp_path / "sandbox.db", base_url="http://localhost")
    index = gzip.decompress((CORPUS / f"{name}.index.jsonl.gz").read_bytes()).splitlines()

    count = delivery.import_mbox(
        state, PRIYA, gzip.decompress((CORPUS / f"{name}.mbox.gz").read_bytes())
    )

    found = state.row("select count(*) as n from messages")
    assert count == len(index)
    assert found == {"n": count}
