"""Tell a page that a person opens from one that a program reads ahead or again."""

from collections.abc import Mapping

# Browsers name why they read ahead; our own script does so where it reads a part again.
PURPOSES = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")


def is_opened(method: str, headers: Mapping[str, str]) -> bool:
    """Whether a person sees the answer as a page. Browsers that tell nothing are believed."""
    is_ahead = any(headers.get(name) for name in PURPOSES)
    place = headers.get("Sec-Fetch-Dest", "document")
    return method == "GET" and not is_ahead and place == "document"
