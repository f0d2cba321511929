"""Needs of some tests, and the reason shown when one is missing."""

import importlib.util
import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).parents[2]
REQUIRE_ALL = os.environ.get("PORTAL_REQUIRE_ALL") == "1"
OIDC = ROOT / "tests" / "google" / "oidc"
GRAPH_CLIENT = ROOT / "tests" / "clients" / "graph_client"
SHARED = Path(os.environ.get("PORTAL_SHARED") or ROOT.parent / "shared")


def chromium() -> str | None:
    return os.environ.get("CHROMIUM") or shutil.which("chromium")


def without_chromium() -> str | None:
    if chromium() is None:
        return "no Chromium was found; install it, or name it in CHROMIUM"
    return None


def without_clients() -> str | None:
    clients = ("msal", "azure.identity", "msgraph", "O365")
    if all(_is_installed(client) for client in clients):
        return None
    return "pip install -r requirements-clients.txt has not been run"


def _is_installed(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def without_corpus() -> str | None:
    corpus = SHARED / "mail-corpus"
    return None if corpus.is_dir() else "no mail corpus was found; name its parent in PORTAL_SHARED"


def without_calendar_corpus() -> str | None:
    is_there = (SHARED / "calendar-corpus").is_dir()
    return None if is_there else "no calendar corpus was found; name its parent in PORTAL_SHARED"


def without_openapi() -> str | None:
    is_there = (SHARED / "graph-openapi-subset.json").is_file()
    return None if is_there else "Microsoft's description was not found; see PORTAL_SHARED"


def without_oidc() -> str | None:
    return _without_package(OIDC, "oidc-provider")


def without_graph_client() -> str | None:
    return _without_package(GRAPH_CLIENT, "@microsoft/microsoft-graph-client")


def _without_package(folder: Path, package: str) -> str | None:
    if shutil.which("node") is None or shutil.which("npm") is None:
        return "no Node was found; install nodejs and npm"
    is_there = (folder / "node_modules" / package).is_dir()
    return None if is_there else f"npm ci has not been run in {folder.relative_to(ROOT)}"


def nginx() -> str | None:
    """The nginx program. Debian installs it outside an ordinary PATH."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")


def without_nginx() -> str | None:
    return None if nginx() else "no nginx was found; install it (Debian's nginx-light will do)"


def caddy() -> str | None:
    return shutil.which("caddy")


def without_caddy() -> str | None:
    return None if caddy() else "no caddy was found; install it"


def postgres_programs() -> Path | None:
    """The folder of PostgreSQL's programs; Debian keeps one for each version, outside any PATH."""
    on_path = shutil.which("initdb")
    folders = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    newest = max(folders, key=lambda folder: int(folder.parent.name), default=None)
    return Path(on_path).resolve().parent if on_path else newest


def without_postgres() -> str | None:
    is_there = postgres_programs() is not None
    return None if is_there else "no PostgreSQL was found; install Debian's postgresql"


def without_systemd() -> str | None:
    is_there = shutil.which("systemd-analyze") is not None
    return None if is_there else "no systemd-analyze was found; systemd is not on this machine"


NEEDS: dict[str, Callable[[], str | None]] = {
    "browser": without_chromium,
    "clients": without_clients,
    "corpus": without_corpus,
    "calendar_corpus": without_calendar_corpus,
    "openapi": without_openapi,
    "oidc": without_oidc,
    "graph_client": without_graph_client,
    "nginx": without_nginx,
    "caddy": without_caddy,
    "postgres": without_postgres,
    "systemd": without_systemd,
}
# The corpora lie outside the project, and not every machine is run by systemd: where everything
# must run, these two may still be missing.
MUST_RUN = ("browser", "clients", "oidc", "graph_client", "nginx", "caddy", "postgres")


def missing_for(marks: Iterable[str]) -> tuple[str, str] | None:
    """The first missing need: its marker and the reason."""
    for mark, reason in ((mark, NEEDS[mark]()) for mark in marks if mark in NEEDS):
        if reason is not None:
            return mark, reason
    return None


def announcement(reasons: Iterable[str]) -> str | None:
    """One line about the tests that did not run, with each reason."""
    counts = Counter(reasons)
    if not counts:
        return None
    kinds = (f"{count} tests, because {reason}" for reason, count in counts.items())
    return f"NOT RUN: {'; '.join(kinds)}."
