"""`python -m tests.recorded [pages] [statements] [calls]`: record what the product does now."""

import os
import sys
import tempfile
from pathlib import Path

from tests.recorded import corpus_sync, demo_walk, page_statements, recordings
from tests.support import needs


def main() -> int:
    wanted = sys.argv[1:] or ["pages", "statements", "calls"]
    for name in [name for name in os.environ if name.startswith(("PORTAL_", "MICROSOFT_"))]:
        if name != "PORTAL_SHARED":
            del os.environ[name]
    if "pages" in wanted:
        with tempfile.TemporaryDirectory() as folder:
            pages, rows = demo_walk.record(Path(folder))
        _save(pages=pages, rows=rows)
    if "statements" in wanted:
        with tempfile.TemporaryDirectory() as folder:
            _save(statements=page_statements.record(Path(folder)))
    reason = needs.without_corpus()
    if "calls" in wanted and reason is None:
        with tempfile.TemporaryDirectory() as folder:
            _save(calls=corpus_sync.record(Path(folder)))
    elif "calls" in wanted:
        print(f"The calls were not recorded: {reason}.")
        return 1
    return 0


def _save(**recorded: recordings.Sections) -> None:
    for name, sections in recorded.items():
        print(f"Recorded {recordings.save(name, sections)}.", flush=True)


if __name__ == "__main__":
    sys.exit(main())
