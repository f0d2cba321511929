"""Read requests: strict text, few fields, and only a named proxy is trusted."""

import ipaddress
from collections.abc import Callable, Iterable
from typing import IO, Any
from urllib.parse import parse_qsl, unquote_to_bytes

from flask import Request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge
from werkzeug.formparser import FormDataParser
from werkzeug.middleware.proxy_fix import ProxyFix

from portal.config import UNIX_SOCKET

FIELDS_AT_MOST = 1_000
QUERY_AT_MOST = 8 * 1024
BODY_AT_MOST = 2 * 1024 * 1024
# Of the form of a mail: its files, 2.9 MB together, and its text.
LONG_BODY_AT_MOST = 4 * 1024 * 1024
FORWARDED = ("HTTP_X_FORWARDED_", "HTTP_FORWARDED")

Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]


class StrictFormParser(FormDataParser):
    """A form parser that turns invalid UTF-8 into U+FFFD, which every field refuses by name."""

    def parse(
        self,
        stream: IO[bytes],
        mimetype: str,
        content_length: int | None,
        options: dict[str, str] | None = None,
    ) -> Any:
        if mimetype != "application/x-www-form-urlencoded":
            return super().parse(stream, mimetype, content_length, options)
        text = stream.read().decode("utf-8", "replace")
        try:
            fields = parse_qsl(
                text, keep_blank_values=True, errors="replace", max_num_fields=FIELDS_AT_MOST
            )
        except ValueError:
            raise RequestEntityTooLarge("This form has too many fields.") from None
        return stream, self.cls(fields), MultiDict()


class PortalRequest(Request):
    """The request that our routes receive."""

    form_data_parser_class = StrictFormParser
    max_form_parts = FIELDS_AT_MOST


class WrongAddress(BadRequest):
    """The address is not Portal's, or cannot be read."""

    title = "Wrong address"


def require_plain_query(request: Request) -> None:
    """Refuse a query string that is long, invalid UTF-8 or contains NUL."""
    query = request.query_string
    if len(query) > QUERY_AT_MOST:
        raise WrongAddress("This address is too long.")
    plain = unquote_to_bytes(query)
    try:
        plain.decode("utf-8")
    except UnicodeDecodeError:
        raise WrongAddress("This address contains characters that cannot be read.") from None
    if b"\0" in plain or query.count(b"&") >= FIELDS_AT_MOST:
        raise WrongAddress("This address contains characters that cannot be read.")


class TrustedProxy:
    """Accept forwarded headers from one proxy or its network, and remove them from all others.

    A proxy before a Unix socket has no address, and nothing else reaches that socket.
    """

    def __init__(self, app: Wsgi, proxy: str | None) -> None:
        self._app = app
        self._proxy = proxy
        self._through_proxy = ProxyFix(app, x_for=1, x_proto=1, x_host=1)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if self._is_trusted(str(environ.get("REMOTE_ADDR") or "")):
            return self._through_proxy(environ, start_response)
        kept = {name: value for name, value in environ.items() if not name.startswith(FORWARDED)}
        return self._app(kept, start_response)

    def _is_trusted(self, peer: str) -> bool:
        if self._proxy is None or not peer or self._proxy == UNIX_SOCKET:
            return self._proxy == UNIX_SOCKET and not peer
        try:
            address = ipaddress.ip_address(peer)
        except ValueError:
            return False
        # A socket that takes both kinds of addresses writes the older one inside the newer.
        plain = getattr(address, "ipv4_mapped", None) or address
        return plain in ipaddress.ip_network(self._proxy)
