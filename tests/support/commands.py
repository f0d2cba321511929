"""Run the portal's commands as programs."""

import os
import subprocess
import sys

from tests.support.needs import ROOT


def flask(settings: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", *words],
        cwd=ROOT, env={"PATH": os.environ["PATH"], **settings},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip  # one to a line says no more
