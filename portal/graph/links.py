"""Whether a link in an answer stays where we asked, and how values are put into addresses. Pure."""

from urllib.parse import quote, unquote, urlsplit

PORTS = {"http": 80, "https": 443}


def segment(value: str) -> str:
    """An id of ours or of Microsoft's as one step of a path."""
    return quote(value, safe="")


def search_phrase(value: str) -> str:
    """The whole value of $search, looked for as a phrase."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def homes_of(mailbox_path: str, object_id: str | None) -> tuple[str, ...]:
    """The paths under which Microsoft names one mailbox in its links."""
    if object_id is None:
        return (mailbox_path,)
    return (mailbox_path, f"/users/{object_id}", f"/users('{object_id}')")


def named_by_id(link: str, *, root: str, mailbox_path: str) -> str:
    """A link under `/me`, which an app by itself has not, under the mailbox's own path.

    Whoever spoke for the person before got it; the place in it is the mailbox's.
    """
    own = f"{root}/me/"
    return f"{root}{mailbox_path}/{link[len(own) :]}" if link.startswith(own) else link


def stays(link: str, *, root: str, homes: tuple[str, ...]) -> bool:
    """Same scheme, host and port as the root, and a path below one of the homes."""
    if any(character <= " " or character in "\\\x7f" for character in link):
        return False
    if _origin(link) is None or _origin(link) != _origin(root):
        return False
    path = _path(link)
    base = urlsplit(root).path
    return path is not None and any(_is_below(path, base + home) for home in homes)


def below(link: str, *, root: str) -> str:
    """What a link says after the root, its query too; only for one that stays."""
    parts = urlsplit(link)
    path = parts.path[len(urlsplit(root).path) :]
    return f"{path}?{parts.query}" if parts.query else path


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
    """None when it holds steps that lead back up."""
    path = unquote(urlsplit(link).path)
    steps = unquote(path).replace("\\", "/").split("/")
    return None if {".", ".."} & set(steps) else path


def _is_below(path: str, home: str) -> bool:
    path, home = path.casefold(), home.casefold()
    return path == home or path.startswith((f"{home}/", f"{home}("))
