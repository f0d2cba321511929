"""Check that a link stays with its mailbox, and put values into addresses. Pure."""

from urllib.parse import quote, unquote

from portal.web_addresses import WebAddress, web_address

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
LONGEST_LINK = 2_000
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
    found, base = web_address(link), web_address(root)
    if found is None or base is None or found.origin != base.origin:
        return False
    path = _path(found)
    return path is not None and any(_is_below(path, base.path + home) for home in homes)


def below(link: str, *, root: str) -> str:
    """The part of a link after the root, with its query. Only for a link that stays."""
    found, base = web_address(link), web_address(root)
    if found is None or base is None:
        raise ValueError("Only a link that stays has a part after the root.")
    path = found.path[len(base.path) :]
    return f"{path}?{found.query}" if found.query else path


def kept_link(link: object) -> str:
    """A link of Microsoft as it may be stored. Empty unless it is an ordinary address.

    That is https, or this machine, where the practice tenant runs.
    """
    found = web_address(link) if isinstance(link, str) and len(link) <= LONGEST_LINK else None
    if found is None or not (found.scheme == "https" or found.host in LOOPBACK):
        return ""
    return str(link)


def opens_in_outlook(link: str, *, on_loopback: bool) -> bool:
    """Whether a link leads to Microsoft, or to this machine where the practice tenant runs."""
    found = web_address(link)
    if found is None:
        return False
    if on_loopback and found.host in LOOPBACK:
        return True
    return found.scheme == "https" and found.host in OUTLOOK


def _path(link: WebAddress) -> str | None:
    """The path of a link. None if it contains segments that lead back up."""
    path = unquote(link.path)
    steps = unquote(path).replace("\\", "/").split("/")
    return None if {".", ".."} & set(steps) else path


def _is_below(path: str, home: str) -> bool:
    path, home = path.casefold(), home.casefold()
    return path == home or path.startswith((f"{home}/", f"{home}("))
