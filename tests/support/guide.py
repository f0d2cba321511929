"""Run the commands of the guide, taken from README and docs, in a folder of their own."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from tests.support.needs import ROOT

BLOCK = re.compile(r"<!-- guide: ([a-z ]+) -->\n```sh\n(.*?)```", re.DOTALL)
CHAPTERS = ("README.md", "docs/operating.md")
PATIENCE = 60


def blocks() -> dict[str, str]:
    """Every marked block, by name."""
    found = [
        block for page in CHAPTERS for block in BLOCK.findall((ROOT / page).read_text("utf-8"))
    ]
    assert len({name for name, _ in found}) == len(found)
    return dict(found)


@dataclass(frozen=True)
class Machine:
    """An empty machine: a folder to install into, and one for backups. Downloads nothing."""

    folder: Path
    backups: Path
    environment: Mapping[str, str]

    @property
    def portal(self) -> Path:
        return self.folder / "portal"

    def install(self) -> None:
        """Install Portal, with the packages of this machine instead of downloaded ones."""
        clone, *rest = blocks()["install"].splitlines()
        assert clone == "git clone <this repository> portal"
        self._clone(clone.replace("<this repository>", str(ROOT)))
        _lend_packages(self.portal)
        self._shell("\n".join(rest), self.folder)

    def _clone(self, command: str) -> None:
        if (ROOT / ".git").exists():
            self._shell(command, self.folder)
        else:  # unpacked from an archive
            unwanted = shutil.ignore_patterns("instance", ".venv", "*_cache", "__pycache__")
            shutil.copytree(ROOT, self.portal, ignore=unwanted)
            (self.portal / "instance").mkdir()

    def run(self, name: str) -> str:
        """Run a block that ends, with only the backup folder changed. Returns its output."""
        return self._shell(self._words(name), self.portal)

    @contextmanager
    def running(self, name: str) -> Iterator[Callable[[], str]]:
        """Run a block that keeps running. Yields a function that returns its output so far."""
        log = self.folder / f"{name}.log"
        with log.open("wb") as output:
            program = subprocess.Popen(
                ["/bin/bash", "-ec", f"exec {self._words(name)}"],
                cwd=self.portal,
                env=dict(self.environment),
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        try:
            yield log.read_text
        finally:
            program.send_signal(signal.SIGTERM)
            program.wait(60)

    def _words(self, name: str) -> str:
        return blocks()[name].strip().replace("/var/backups/portal", str(self.backups))

    def _shell(self, words: str, folder: Path) -> str:
        done = subprocess.run(
            ["/bin/bash", "-ec", words],
            cwd=folder, env=dict(self.environment),
            capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip  # one to a line says no more
        assert done.returncode == 0, f"{words}\n{done.stdout}{done.stderr}"
        return done.stdout


def machine(folder: Path, backups: Path, settings: Mapping[str, str]) -> Machine:
    folder.mkdir()
    backups.mkdir(exist_ok=True)
    keep = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    unasked = {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "safe.directory",
               "GIT_CONFIG_VALUE_0": "*"}  # fmt: skip  # one to a line says no more
    return Machine(folder, backups, {**keep, **unasked, **settings})


def _lend_packages(portal: Path) -> None:
    """Link this machine's packages as a .venv that counts as installed."""
    own = portal / ".venv"
    own.mkdir()
    for part in ("bin", "lib", "pyvenv.cfg"):
        (own / part).symlink_to(Path(sys.prefix) / part)
    (own / ".portal-installed").touch()


def wait_until_it_answers(address: str, said: Callable[[], str]) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            assert requests.get(f"{address}/healthz", timeout=5).text == "ok"
            return
        except (requests.ConnectionError, requests.Timeout):
            assert time.monotonic() < deadline, said()
            time.sleep(0.1)
