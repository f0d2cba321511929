"""The one reading of addresses of the web that Portal calls or trusts.

The library that makes the request reads them here too, so no address is judged by one host and
requested from another. Readers differ about `http://evil.example\\@localhost`.
"""

import re
from dataclasses import dataclass

from urllib3.exceptions import LocationParseError
from urllib3.util import parse_url

LONGEST_HOST = 253
PORTS = {"http": 80, "https": 443}
WRITTEN = re.compile(
    r"https?://(?P<authority>[^/?#]+)(?P<path>[^?#]*)(?:\?(?P<query>[^#]*))?(?:#.*)?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class WebAddress:
    """An ordinary address. `host` is in lower case and ASCII; path and query are as written."""

    scheme: str
    host: str
    port: int
    path: str
    query: str

    @property
    def origin(self) -> tuple[str, str, int]:
        return self.scheme, self.host, self.port


def web_address(text: str) -> WebAddress | None:
    """None unless it is http or https, with a host and without what readers disagree about.

    That is a user name, a backslash, a blank or a control character anywhere, and a host that no
    request would reach as it is written.
    """
    if any(character <= " " or character in "\\\x7f" for character in text):
        return None
    try:
        found = parse_url(text)
    except LocationParseError:
        return None
    scheme, host = found.scheme or "", (found.host or "").strip("[]")
    written = WRITTEN.fullmatch(text)
    if written is None or scheme not in PORTS or not host or found.port == 0:
        return None
    if (
        len(host) > LONGEST_HOST
        or {"@", "%", "*"} & {*written["authority"]}
        or host.startswith(".")
    ):
        return None
    # The library resolves dots in a path and quotes it again, and a judge wants to see them.
    path, query = written["path"], written["query"] or ""
    return WebAddress(scheme, host, found.port or PORTS[scheme], path, query)
