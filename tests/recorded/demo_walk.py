"""The walk that `make demo` prints, over HTTP, through the portal, a worker and the tenant."""

import platform
from pathlib import Path

from tests.browser.demo import RunningDemo, running
from tests.recorded import organization_walk, patience, rows
from tests.recorded.recordings import Sections
from tests.recorded.stillness import hold_worker, wait_until_quiet
from tests.recorded.visits import Book, Visit

PRIMARY = "priya@northwind.example"
ALIAS = "talent@northwind.example"
CANDIDATES = "/candidates"
EMAIL = "/settings/email"


def record(folder: Path) -> tuple[Sections, Sections]:
    """The pages of the walk, and the rows that it leaves."""
    with running(folder) as demo:
        book = Book(_names(demo))
        priya, alex, kim = (
            Visit(name, demo.portal, book) for name in ("Priya Kaur", "Alex Berg", "Kim Lund")
        )
        sign_in(priya)
        sign_in(alex)
        _connect(priya, alex, demo)
        candidate = _read_first_messages(priya)
        _receive(priya, demo, candidate)
        _answer_from_alias(priya, demo, candidate)
        _include_alias(priya, alex, demo, candidate)
        organization_walk.connect(alex, demo)
        organization_walk.import_people(alex, demo)
        organization_walk.read_everything(alex)
        _read_everything(priya, candidate)
        sign_in(kim)
        _find_closed(kim, candidate)
        return book.pages, rows.left_in(folder)


def _names(demo: RunningDemo) -> dict[str, str]:
    """Names that differ in each run."""
    worker = next(each for each in demo.programs if each.name == "worker")
    return {
        demo.portal: "http://portal",
        demo.sandbox: "http://tenant",
        f"{platform.node()}-{worker.process.pid}": "WORKER",
    }


def sign_in(visit: Visit) -> None:
    visit.open("/signin")
    visit.press("Sign in with Microsoft")
    visit.follow("Go on to Microsoft")
    visit.press(visit.name, step="chooses the account")
    if "Permissions requested" in visit.text():
        visit.press("Accept", step="accepts what signing in needs")


def _connect(priya: Visit, alex: Visit, demo: RunningDemo) -> None:
    priya.open("/settings/microsoft-365")
    priya.press("Connect with Microsoft 365")
    priya.follow("Go on to Microsoft", step="goes on to Microsoft to connect")
    with hold_worker(demo):
        priya.press("Accept", step="accepts the connection")
    priya.wait_for(EMAIL, "Last synced")
    wait_until_quiet(alex)
    priya.open(EMAIL, step="opens Email after the first sync")
    priya.open("/settings/microsoft-365", step="opens Microsoft 365 after the first sync")


def _read_first_messages(priya: Visit) -> str:
    """The path of Rosa's page."""
    priya.open(CANDIDATES, step="opens the candidates after the first sync")
    priya.follow("Rosa Ortega")
    candidate = priya.path
    priya.follow("Rosa Ortega CV.txt", step="downloads an attachment")
    message, _, _ = priya.path.partition("/attachments/")
    priya.open(message, step="opens one message")
    return candidate


def _receive(priya: Visit, demo: RunningDemo, candidate: str) -> None:
    _write_from_outside(priya, demo, "A second thought")
    priya.wait_for(candidate, "A second thought")
    priya.open(candidate, step="sees “A second thought” arrive")


def _write_from_outside(priya: Visit, demo: RunningDemo, subject: str) -> None:
    patience.begin_another_second()
    priya.open(f"{demo.sandbox}/outside", step=f"opens the outside for “{subject}”")
    priya.press(
        "Send",
        step=f"writes “{subject}” as Rosa",
        to=PRIMARY,
        subject=subject,
        text=f"{subject}, says Rosa.",
    )


def _answer_from_alias(priya: Visit, demo: RunningDemo, candidate: str) -> None:
    """Wait for mail sent after the answer, by when the answer would have arrived too."""
    patience.begin_another_second()
    priya.open(demo.sandbox, step="opens the small Outlook")
    priya.follow("Priya Kaur", step="opens the mailbox")
    priya.follow("A second thought", step="opens the message in Outlook")
    answer = {"from": ALIAS, "text": "Answered as talent"}
    priya.press("Reply", step="answers from the alias", **answer)
    _write_from_outside(priya, demo, "After the answer")
    priya.wait_for(candidate, "After the answer")
    priya.open(candidate, step="sees “After the answer” arrive, and no answer")


def _include_alias(priya: Visit, alex: Visit, demo: RunningDemo, candidate: str) -> None:
    priya.open(EMAIL, step="opens Email before the alias")
    priya.press(ALIAS, step="turns on the alias")
    with hold_worker(demo):
        priya.press("Also what is there already")
    priya.wait_for(candidate, "Answered as talent", "Question about the working session")
    wait_until_quiet(alex)
    priya.open(candidate, step="sees what the alias brought")
    priya.open(EMAIL, step="opens Email after the alias")


def _read_everything(priya: Visit, candidate: str) -> None:
    for path in (
        CANDIDATES,
        candidate,
        f"{candidate}/details",
        "/settings/personal-info",
        "/settings/microsoft-365",
        EMAIL,
        f"{EMAIL}/why",
    ):
        priya.open(path, step=f"opens {path.replace(candidate, 'Rosa')} in the end")


def _find_closed(kim: Visit, candidate: str) -> None:
    for path in (CANDIDATES, candidate, "/admin/users", EMAIL):
        kim.open(path, step=f"tries {path.replace(candidate, 'Rosa')}")
