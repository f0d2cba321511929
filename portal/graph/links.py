"""Check that a link stays with its mailbox, and put values into addresses. Pure."""

from urllib.parse import quote, unquote, urlsplit

PORTS = {"http": 80, "https": 443}
# https://learn.microsoft.com/microsoft-365/enterprise/urls-and-ip-address-ranges
OUTLOOK = {
    "outlook.office365.com",
    "outlook.office.com",
    "outlook.cloud.microsoft",
    "outlook.live.com",
    "outlook.office365.us",
    "outlook-dod.office365.us",
    "webmail.apps.mil",
    "partner.outlook.cn",
}
LOOPBACK = {"localhost", "127.0.0.1", "::1"}


def segment(value: str) -> str:
    """Quote an id as one segment of a path."""
    return quote(value, safe="")


def search_phrase(value: str) -> str:
    """Quote the value of $search as a phrase."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def homes_of(mailbox_path: str, object_id: str | None) -> tuple[str, ...]:
    """List the paths under which Microsoft's links name one mailbox."""
    if object_id is None:
        return (mailbox_path,)
    return (mailbox_path, f"/users/{object_id}", f"/users('{object_id}')")


def named_by_id(link: str, *, root: str, mailbox_path: str) -> str:
    """Rewrite a link under `/me` to the mailbox's own path, since an app-only token has no `/me`.

    The link came from the person's own connection; its cursor belongs to the mailbox.
    """
    own = f"{root}/me/"
    return f"{root}{mailbox_path}/{link[len(own) :]}" if link.startswith(own) else link


def stays(link: str, *, root: str, homes: tuple[str, ...]) -> bool:
    """Whether a link has the root's scheme, host and port, and a path below one of the homes."""
    if any(character <= " " or character in "\\\x7f" for character in link):
        return False
    if _origin(link) is None or _origin(link) != _origin(root):
        return False
    path = _path(link)
    base = urlsplit(root).path
    return path is not None and any(_is_below(path, base + home) for home in homes)


def below(link: str, *, root: str) -> str:
    """The part of a link after the root, with its query. Only for a link that stays."""
    parts = urlsplit(link)
    path = parts.path[len(urlsplit(root).path) :]
    return f"{path}?{parts.query}" if parts.query else path


def opens_in_outlook(link: str, *, on_loopback: bool) -> bool:
    """Whether a link leads to Microsoft, or to this machine where the practice tenant runs."""
    try:
        address = urlsplit(link)
        host = address.hostname or ""
    except ValueError:  # not an address at all
        return False
    if "@" in address.netloc:
        return False
    if on_loopback and host in LOOPBACK:
        return address.scheme in ("http", "https")
    return address.scheme == "https" and host in OUTLOOK


def _origin(address: str) -> tuple[str, str, int | None] | None:
    try:
        parts = urlsplit(address)
        port = parts.port or PORTS.get(parts.scheme)
    except ValueError:
        return None
    if not parts.hostname or "@" in parts.netloc:
        return None
    return parts.scheme, parts.hostname, port


def _path(link: str) -> str | None:
    """The path of a link. None if it contains segments that lead back up."""
    path = unquote(urlsplit(link).path)
    steps = unquote(path).replace("\\", "/").split("/")
    return None if {".", ".."} & set(steps) else path


def _is_below(path: str, home: str) -> bool:
    path, home = path.casefold(), home.casefold()
    return path == home or path.startswith((f"{home}/", f"{home}("))
