"""Run Lighthouse over every page with 20 rows: python -m tests.outside [PATH ...]."""

import json
import logging
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from flask import Flask

from portal import clock, create_app
from portal.config import Config
from tests.browser.demo import free_ports
from tests.browser.served import served, signed_in
from tests.outside.scores import Judgement, complaint, read
from tests.pages import PAGES
from tests.support import many_rows, needs
from tests.support.page_statements import ASKING
from tests.support.visitors import portal_in

HERE = Path(__file__).parent
ROWS, RUNS, DEVICES = 20, 3, 2
# A page that is not there counts as an error of its own to Lighthouse.
LEFT_OUT = {*ASKING, "/no/such-page"}


def main(wanted: list[str]) -> None:
    paths = [path for path in PAGES if path in wanted or (not wanted and path not in LEFT_OUT)]
    if chromium := needs.chromium():
        with tempfile.TemporaryDirectory() as folder:
            judgements = list(judged(Path(folder), paths, chromium))
        sys.exit(complaint(judgements, expected=len(paths) * DEVICES))
    sys.exit(needs.without_chromium())


def judged(folder: Path, paths: list[str], chromium: str) -> Iterator[Judgement]:
    """The judgement of each page on each device, said as soon as it is there."""
    (port,) = free_ports(1)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    app = filled(folder / "instance", port)
    with served(app, port) as address:
        pages = [{"path": each, "url": f"{address}{each}"} | cookie(app, each) for each in paths]
        asked = json.dumps({"chromium": chromium, "runs": RUNS, "pages": pages})
        command = ["node", str(HERE / "judge.mjs")]
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as judge:
            assert judge.stdin
            assert judge.stdout
            with judge.stdin as told:
                told.write(asked)
            for judgement in read(judge.stdout):
                sys.stdout.write(f"{judgement.line}\n")
                sys.stdout.flush()
                yield judgement


def filled(instance: Path, port: int) -> Flask:
    app = portal_in(instance)
    many_rows.fill(app.extensions["portal"].rows, ROWS, now=clock.utc_now())
    config: Config = app.extensions["portal"].config
    return create_app(replace(config, base_url=f"http://localhost:{port}"))


def cookie(app: Flask, path: str) -> dict[str, str]:
    person = PAGES[path]
    if person is None:
        return {}
    (found,) = signed_in(app, person)["cookies"]
    return {"cookie": f"{found['name']}={found['value']}"}


if __name__ == "__main__":
    main(sys.argv[1:])
