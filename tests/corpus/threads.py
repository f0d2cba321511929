"""Turn list mail into mail between people, and derive the expected feeds from the threads.

Nothing here knows how Portal matches: who took part in a thread, and under which address, is
read from the corpus' own index. A message of a thread goes from its author to the author of its
parent, with the thread's other authors in Cc, as the corpus' README asks.
"""

import gzip
import json
import os
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

SHARED = Path(os.environ.get("PORTAL_SHARED") or Path(__file__).parents[3] / "shared")
CORPUS = SHARED / "mail-corpus"
ADDRESS = re.compile(rb"[\w.%+'=/-]+@[\w.-]+\w")
BOXES = ("r-package-devel-2015-2018", "spamassassin-a")

# Headers that would still speak of the list, or that are rewritten.
DROPPED = frozenset(
    b"to cc bcc from message-id reply-to sender delivered-to return-path list-id list-post"
    b" list-help list-unsubscribe list-subscribe list-archive errors-to x-beenthere".split()
)


@dataclass(frozen=True)
class Post:
    """One message of the corpus, from its index. `person` owns the address."""

    number: int
    mid: str
    parent: str | None
    thread: str
    person: str
    name: str
    address: str
    raw: bytes


@dataclass(frozen=True)
class Message:
    """A post turned into a message between people, with the address of each."""

    post: Post
    addresses: dict[str, str]
    raw: bytes

    @property
    def mid(self) -> str:
        return self.post.mid


def is_available() -> bool:
    """Whether the shared corpus lies beside the project."""
    return CORPUS.is_dir()


def people_with_aliases(box: str) -> dict[str, list[str]]:
    """People who wrote from several addresses, the most used (primary) first."""
    counts = json.loads((CORPUS / f"{box}.aliases.json").read_text())
    return {
        person: sorted(used, key=lambda address: (-used[address], address))
        for person, used in counts.items()
    }


def posts(box: str) -> list[Post]:
    """Every message of a box, in its order."""
    owners = {
        address: person for person, used in people_with_aliases(box).items() for address in used
    }
    raws = list(_messages(gzip.decompress((CORPUS / f"{box}.mbox.gz").read_bytes())))
    index = gzip.decompress((CORPUS / f"{box}.index.jsonl.gz").read_bytes()).splitlines()
    lines = [json.loads(line) for line in index]
    return [_post(line, raw, owners) for line, raw in zip(lines, raws, strict=True)]


def _messages(mbox: bytes) -> Iterator[bytes]:
    for part in (b"\n" + mbox).split(b"\nFrom ")[1:]:
        yield part.partition(b"\n")[2].replace(b"\n>From ", b"\nFrom ")


def _post(line: dict[str, str | int | None], raw: bytes, owners: dict[str, str]) -> Post:
    address = str(line["addr"]).lower()
    return Post(
        number=int(str(line["n"])),
        mid=str(line["mid"]),
        parent=str(line["parent"]) if line["parent"] else None,
        thread=str(line["thread"]),
        person=owners.get(address, address),
        name=str(line["name"] or ""),
        address=address,
        raw=raw,
    )


def conversations(all_posts: Iterable[Post]) -> dict[str, list[Message]]:
    """Threads of two or more people, each message addressed to the others."""
    threads: dict[str, list[Post]] = defaultdict(list)
    seen: set[str] = set()
    for post in all_posts:
        if post.mid not in seen:  # a message archived twice is one message
            seen.add(post.mid)
            threads[post.thread].append(post)
    return {
        thread: [_message(post, own) for post in own]
        for thread, own in threads.items()
        if len({post.person for post in own}) > 1
    }


def untouched(all_posts: Iterable[Post], aliases: Mapping[str, Sequence[str]]) -> list[Message]:
    """Every message once and as it is, with the people who stand in its From, To and Cc."""
    owners = {address: person for person, used in aliases.items() for address in used}
    # Of two addresses of one person, the primary one decides.
    rank = {address: place for used in aliases.values() for place, address in enumerate(used)}
    found: dict[str, Message] = {}
    for post in all_posts:
        written = sorted(written_addresses(post.raw), key=lambda each: (rank.get(each, 0), each))
        addresses: dict[str, str] = {}
        for address in written:
            addresses.setdefault(owners.get(address, address), address)
        found.setdefault(post.mid, Message(post, addresses, post.raw))
    return list(found.values())


def _message(post: Post, thread: list[Post]) -> Message:
    addresses: dict[str, str] = {}
    for other in thread:
        addresses.setdefault(other.person, other.address)
    parent = next((other for other in thread if other.mid == post.parent), None)
    if parent is not None:
        addresses[parent.person] = parent.address
    addresses[post.person] = post.address
    others = [person for person in addresses if person != post.person]
    answered = parent.person if parent is not None and parent.person in others else others[0]
    copied = [addresses[person] for person in others if person != answered]
    return Message(post, addresses, _rewritten(post, to=addresses[answered], cc=copied))


def _rewritten(post: Post, *, to: str, cc: list[str]) -> bytes:
    head, _, body = post.raw.partition(b"\n\n")
    name = post.name.replace('"', "'").encode("ascii", "replace").decode()
    lines = [f'From: "{name}" <{post.address}>', f"To: {to}", f"Message-ID: {post.mid}"]
    if cc:
        lines.append("Cc: " + ",\n ".join(cc))
    kept = [field for field in _fields(head) if _name_of(field) not in DROPPED]
    return b"\n".join([line.encode() for line in lines] + kept) + b"\n\n" + body


def written_addresses(raw: bytes) -> set[str]:
    """The addresses in From, To and Cc, in lower case."""
    fields = _fields(raw.partition(b"\n\n")[0])
    people = (field for field in fields if _name_of(field) in (b"from", b"to", b"cc"))
    return {found.decode().lower() for field in people for found in ADDRESS.findall(field)}


def _fields(head: bytes) -> list[bytes]:
    fields: list[bytes] = []
    for line in head.split(b"\n"):
        if fields and line[:1] in (b" ", b"\t"):
            fields[-1] += b"\n" + line
        elif b":" in line:
            fields.append(line)
    return fields


def _name_of(field: bytes) -> bytes:
    return field.partition(b":")[0].strip().lower()


def expected(
    messages: Iterable[Message], *, included: dict[str, set[str]], candidates: set[str]
) -> dict[str, set[str]]:
    """Message ids that each candidate's feed must show when members include these addresses."""
    feeds: dict[str, set[str]] = {candidate: set() for candidate in candidates}
    for message in messages:
        is_between = any(
            message.addresses.get(member) in addresses for member, addresses in included.items()
        )
        if is_between:
            for candidate in candidates & message.addresses.keys():
                feeds[candidate].add(message.mid)
    return feeds
