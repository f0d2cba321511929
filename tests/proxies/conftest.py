"""A portal behind the proxies."""

import sys
from collections.abc import Iterator

import pytest

from tests.browser.demo import free_ports
from tests.proxies.harness import HOST
from tests.support.commands import running


@pytest.fixture(scope="module")
def portal_port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A portal as its unit starts it."""
    folder = tmp_path_factory.mktemp("portal")
    (port,) = free_ports(1)
    environ = {
        "PORTAL_INSTANCE": str(folder),
        "PORTAL_BASE_URL": f"https://{HOST}",
        "PORTAL_TRUSTED_PROXY": "127.0.0.1",
    }
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "wsgi:app"]
    with running(command, folder / "gunicorn.log", port, **environ):
        yield port
