"""Every page, who opens it, and the rules that all pages keep."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import pairwise

# Each path with the person who opens it.
PAGES = {
    "/signin": None,
    "/settings/personal-info": "kim",
    "/settings/sign-in": "alex",
    "/settings/needs-you": "alex",
    "/settings/microsoft-365": "priya",
    "/settings/microsoft-365/approval": "priya",
    "/oauth/microsoft/outcome/declined": "priya",
    "/oauth/microsoft/outcome/revoked": "priya",
    "/oauth/microsoft/admin-consent": None,
    "/admin/integrations/google-workspace": "alex",
    "/oauth/google/outcome/wrong-domain": None,
    "/settings/microsoft-365/revocation": "priya",
    "/settings/calendar": "kim",
    "/settings/email": "priya",
    "/settings/email/sync": "priya",
    "/settings/email/why": "priya",
    "/settings/email/never-sync": "priya",
    "/settings/email/candidates": "priya",
    "/settings/email/earlier-mail": "priya",
    "/settings/email/never-sync/lawyer": "priya",
    "/settings/email/aliases/talent/inclusion": "priya",
    "/candidates": "priya",
    "/candidates/new": "priya",
    "/candidates/import": "priya",
    "/candidates/imports/list": "priya",
    "/candidates/rosa": "priya",
    "/candidates/rosa/details": "priya",
    "/candidates/rosa/interviews/new": "priya",
    "/candidates/rosa/write": "priya",
    "/candidates/rosa/messages/portfolio": "priya",
    "/candidates/rosa/sent/interview": "priya",
    "/interviews/planned/reschedule": "priya",
    "/interviews/planned/cancel": "priya",
    "/interviews/planned/find-time": "priya",
    "/interviews/planned/panel": "priya",
    "/interviews/planned/calendar": "priya",
    "/interviews/planned/place": "priya",
    "/interviews/planned/moves/planned-move/undo": "priya",
    "/interviews/planned/outlook/removed0/take-over": "priya",
    "/interviews/planned/outlook/proposal/put-back": "priya",
    "/interviews/stuck/retry": "priya",
    "/interviews/stuck/discard": "priya",
    "/interviews": "priya",
    "/interviews/first": "priya",
    "/oauth/microsoft/admin-consent/enabled": "alex",
    "/oauth/microsoft/admin-consent/not-allowed": "alex",
    "/admin/integrations/marketplace": "alex",
    "/admin/integrations/microsoft-365": "alex",
    "/admin/integrations/microsoft-365/rooms": "alex",
    "/admin/integrations/microsoft-365/rooms/delegate": "alex",
    "/admin/integrations/microsoft-365/group-calendars": "alex",
    "/admin/integrations/microsoft-365/group-calendars/Hiring/removal": "alex",
    "/admin/integrations/microsoft-365/group-calendars/Graduates/interviews": "alex",
    "/admin/integrations/microsoft-365/rooms/deputy": "alex",
    "/admin/integrations/microsoft-365/group-calendars/new": "alex",
    "/admin/integrations/microsoft-365/group-calendars/new/9f2b61c4-77a0-4d0e-9a53-0c1d5be0e7aa": (
        "alex"
    ),
    "/admin/integrations/microsoft-365/application": "alex",
    "/admin/integrations/microsoft-365/checks": "alex",
    "/admin/integrations/microsoft-365/user-sync": "alex",
    "/admin/integrations/microsoft-365/user-sync/choice": "alex",
    "/admin/integrations/microsoft-365/consent-receipt": "alex",
    "/admin/users": "alex",
    "/admin/users/roles": "alex",
    "/admin/users/priya/interviews": "alex",
    "/admin/audit-log": "alex",
    "/admin/scheduling": "alex",
    "/admin/scheduling/kinds": "alex",
    "/admin/scheduling/kinds/new": "alex",
    "/admin/scheduling/kinds/interview": "alex",
    "/admin/privacy": "alex",
    "/admin/privacy/retention": "alex",
    "/admin/privacy/shared-mailboxes": "alex",
    "/admin/privacy/shared-mailboxes/jobs": "alex",
    "/settings/signatures": "priya",
    "/settings/templates": "priya",
    "/settings/templates/new": "priya",
    "/settings/templates/thanks": "priya",
    "/settings/mailboxes/jobs": "priya",
    "/settings/mailboxes/jobs/applicants": "priya",
    "/settings/shared-mailboxes/jobs/reader": "priya",
    "/admin/privacy/never-sync/competitor": "alex",
    "/admin/sending": "alex",
    "/admin/jobs": "alex",
    "/signin/confirmation": "alex",
    "/no/such-page": "priya",
}

# With 20 rows, on a first visit by a browser that keeps nothing yet.
HEAVIEST = 30_000
REQUESTS_AT_MOST = 4

Attributes = dict[str, str]
# These need no label: they show none, or their value is their label.
UNLABELLED = {"hidden", "submit", "button", "reset", "image"}
FIELDS = {"input", "select", "textarea"}
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
BY = "aria-labelledby"
# What a browser fetches with a page, and where its address stands.
FETCHING = {
    "link": ["href"],
    "script": ["src"],
    "img": ["src", "srcset"],
    "source": ["src", "srcset"],
    "iframe": ["src"],
    "object": ["data"],
    "embed": ["src"],
    "video": ["src", "poster"],
    "audio": ["src"],
    "use": ["href"],
    "image": ["href"],
}


@dataclass
class Form:
    method: str
    fields: list[str] = field(default_factory=list)


@dataclass
class Control:
    """A form field."""

    attributes: Attributes
    is_inside_label: bool

    @property
    def name(self) -> str:
        return self.attributes.get("name") or self.attributes.get("id") or "?"


class Reader(HTMLParser):
    """Parse one page for the checks."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.texts: dict[str, list[str]] = {"h1": [], "title": [], "button": []}
        self.levels: list[int] = []
        self.ids: list[str] = []
        self.labelled: set[str] = set()
        self.forms: list[Form] = []
        self.controls: list[Control] = []
        self.images: list[Attributes] = []
        self.fetched: set[str] = set()
        self.html: Attributes = {}
        self._open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if "id" in attributes:
            self.ids.append(attributes["id"])
        self.levels += [level for level, name in enumerate(HEADINGS, 1) if name == tag]
        if tag == "html":
            self.html = attributes
        elif tag == "label":
            self.labelled.add(attributes.get("for", ""))
        elif tag == "form":
            self.forms.append(Form(attributes.get("method", "get").lower()))
        elif tag == "img":
            self.images.append(attributes)
        elif tag in FIELDS:
            self._take(attributes)
        if tag in FETCHING:
            self.fetched |= {attributes[each] for each in FETCHING[tag] if each in attributes}
        # A drawing's own <title> names the drawing, not the page.
        if tag in self.texts and "svg" not in self._open:
            self.texts[tag].append(attributes.get("aria-label") or attributes.get(BY, ""))
        if tag in ("label", "svg", "form", *self.texts):
            self._open.append(tag)

    def _take(self, attributes: Attributes) -> None:
        if self.forms and "form" in self._open:
            self.forms[-1].fields.append(attributes.get("name", ""))
        if attributes.get("type", "text") not in UNLABELLED:
            self.controls.append(Control(attributes, "label" in self._open))

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            del self._open[len(self._open) - 1 - self._open[::-1].index(tag) :]

    def handle_data(self, data: str) -> None:
        for tag in self.texts:
            if tag in self._open and self.texts[tag] and "svg" not in self._open:
                self.texts[tag][-1] += data


def complaints(html: str) -> list[str]:
    """Complaints about a page, in words. Empty for a good page."""
    page = Reader(html)
    return [
        *_heading(page),
        *_levels(page),
        *_ids(page),
        *_labels(page),
        *_tokens(page),
        *(f"button {number} has no name" for number in _nameless(page.texts["button"])),
        *(
            f"no alternative text for {image.get('src')}"
            for image in page.images
            if "alt" not in image
        ),
        *([] if page.html.get("lang") else ["the language is not named"]),
    ]


def fetched_with(html: str) -> set[str]:
    """The addresses that a browser fetches with this page: style, script, icon, pictures."""
    return {each for each in Reader(html).fetched if not each.startswith("#")}


def _heading(page: Reader) -> Iterator[str]:
    headings = [_plain(text) for text in page.texts["h1"]]
    titles = [_plain(text) for text in page.texts["title"]]
    if len(headings) != 1 or not headings[0]:
        yield f"it has {len(headings)} headings of the first level: {headings}"
    elif len(titles) != 1 or not titles[0].startswith(headings[0]):
        yield f"the title {titles} does not start with the heading {headings[0]!r}"


def _levels(page: Reader) -> Iterator[str]:
    """A reader who goes from heading to heading takes a skipped level for a missing one."""
    for above, level in pairwise(page.levels):
        if level > above + 1:
            yield f"a heading of level {level} follows one of level {above}"


def _ids(page: Reader) -> Iterator[str]:
    yield from (f"id {name!r} is used {n} times" for name, n in Counter(page.ids).items() if n > 1)


def _labels(page: Reader) -> Iterator[str]:
    for control in page.controls:
        own = control.attributes
        names = own.get(BY, "").split()
        is_named = own.get("aria-label") or (names and {*names} <= {*page.ids})
        if not (is_named or control.is_inside_label or own.get("id") in page.labelled):
            yield f"field {control.name!r} has no label"


def _tokens(page: Reader) -> Iterator[str]:
    for number, form in enumerate(page.forms, 1):
        count = form.fields.count("csrf_token")
        if (form.method == "post") != (count == 1):
            yield f"form {number} ({form.method}) has {count} form tokens"


def _nameless(buttons: list[str]) -> list[int]:
    return [number for number, text in enumerate(buttons, 1) if not _plain(text)]


def _plain(text: str) -> str:
    return " ".join(text.split())
