"""Any folder but a few: those that are new, renamed, moved or vanished are noticed."""

from collections.abc import Callable

import pytest

from portal.email import folder_store
from sandbox.database import Row
from sandbox.mail import folders
from sandbox.mail import store as mail
from tests.email.office import PRIYA, ROSA, Office, raw_message


def folder(office: Office, name: str, *, inside: str = "msgfolderroot") -> Row:
    state, oid = office.sandbox.state, office.sandbox.oid(PRIYA)
    parent = folders.named(state, oid, inside)
    assert parent is not None
    with state.write():
        return folders.create(state, oid, parent["id"], name)


def change(office: Office, do: Callable[..., None], *details: object) -> None:
    with office.sandbox.state.write():
        do(office.sandbox.state, *details)


def move_message(office: Office, graph_id: str, to: Row) -> None:
    state, oid = office.sandbox.state, office.sandbox.oid(PRIYA)
    row = mail.message(state, oid, graph_id)
    assert row is not None
    with state.write():
        mail.change_message(state, row, folder_id=to["id"])
        mail.note_change(state, row["folder_id"], row["immutable_id"], "deleted")
        mail.note_change(state, to["id"], row["immutable_id"], "created")


@pytest.fixture
def rosa(office: Office) -> str:
    return office.candidate("Rosa Ortega", ROSA)


@pytest.mark.parametrize(
    "name", ["Drafts", "Deleted Items", "Junk Email", "Outbox", "Conversation History"]
)
def test_folders_that_are_left_out_take_theirs_along(office: Office, rosa: str, name: str) -> None:
    folder(office, "Within", inside=name)
    folder(office, "Deeper", inside="Within")
    for place in (name, "Within", "Deeper"):
        office.arrives(PRIYA, raw_message(place), folder=place)
    office.arrives(PRIYA, raw_message("Archived"), folder="Archive")

    office.sync(office.connect(PRIYA))

    assert office.subjects(rosa) == ["Archived"]


def test_folder_that_is_new_is_walked(office: Office, rosa: str) -> None:
    priya = office.connect(PRIYA)
    office.sync(priya)
    folder(office, "Candidates", inside="Inbox")
    office.arrives(PRIYA, raw_message("Filed"), folder="Candidates")

    office.sync(priya)
    office.arrives(PRIYA, raw_message("Filed later"), folder="Candidates")
    office.sync(priya)

    assert office.subjects(rosa) == ["Filed", "Filed later"]


def test_folder_keeps_its_place_under_a_new_name(office: Office, rosa: str) -> None:
    made = folder(office, "Candidates")
    office.arrives(PRIYA, raw_message("One"), folder="Candidates")
    priya = office.connect(PRIYA)
    office.sync(priya)
    change(office, folders.rename, made, "People")
    office.arrives(PRIYA, raw_message("Two"), folder="People")

    office.sync(priya)

    known = folder_store.folders(office.db, next(iter(office.db["mailboxes"].rows))["id"])
    assert [each.name for each in known if each.graph_id == made["id"]] == ["People"]
    assert office.subjects(rosa) == ["One", "Two"]


def test_folder_that_moves_to_the_deleted_ones_is_left_out(office: Office, rosa: str) -> None:
    made = folder(office, "Candidates")
    priya = office.connect(PRIYA)
    office.sync(priya)
    deleted = folders.folder_id(office.sandbox.oid(PRIYA), "deleteditems")
    change(office, folders.move, made, deleted)
    office.sync(priya)
    office.arrives(PRIYA, raw_message("Late"), folder="Candidates")
    office.sync(priya)
    before = office.subjects(rosa)
    change(office, folders.move, made, folders.folder_id(office.sandbox.oid(PRIYA), "inbox"))

    office.sync(priya)

    assert (before, office.subjects(rosa)) == ([], ["Late"])


def test_folder_that_vanished_leaves_its_mail_here(office: Office, rosa: str) -> None:
    made = folder(office, "Candidates")
    office.arrives(PRIYA, raw_message("Kept"), folder="Candidates")
    priya = office.connect(PRIYA)
    office.sync(priya)
    change(office, folders.remove, made)
    office.arrives(PRIYA, raw_message("Goes on"))

    office.sync(priya)
    office.sync(priya)

    assert office.subjects(rosa) == ["Goes on", "Kept"]
    gone = [
        row["gone_at"] is not None
        for row in office.db["folders"].rows_where("graph_id = ?", [made["id"]])
    ]
    assert gone == [True]


def test_message_that_moves_is_one_copy_in_its_new_place(office: Office, rosa: str) -> None:
    made = folder(office, "Candidates")
    graph_id = office.arrives(PRIYA, raw_message("Moved"))
    priya = office.connect(PRIYA)
    office.sync(priya)
    move_message(office, graph_id, made)

    office.sync(priya)

    (copy,) = office.db["message_copies"].rows
    assert (copy["folder_id"], copy["gone_at"]) == (made["id"], None)
    assert office.subjects(rosa) == ["Moved"]


def test_message_that_is_deleted_stays_in_the_feed(office: Office, rosa: str) -> None:
    graph_id = office.arrives(PRIYA, raw_message("Deleted"))
    priya = office.connect(PRIYA)
    office.sync(priya)
    move_message(
        office, graph_id, {"id": folders.folder_id(office.sandbox.oid(PRIYA), "deleteditems")}
    )

    office.sync(priya)

    (copy,) = office.db["message_copies"].rows
    assert copy["gone_at"] is not None
    assert office.subjects(rosa) == ["Deleted"]
