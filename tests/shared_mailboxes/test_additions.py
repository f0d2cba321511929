"""Finding a shared mailbox at Microsoft and adding it, or the reason why not."""

import pytest
from flask.testing import FlaskClient

from portal import clock
from portal.audit.act import Act
from portal.audit.models import Actor
from portal.directory import shared_mailboxes
from portal.directory import store as directory
from portal.email import settings_store
from portal.errors import Conflict
from portal.shared_mailboxes import store
from portal.shared_mailboxes.models import KnownBy
from tests import pages
from tests.email.environment import PRIYA, EmailEnvironment
from tests.shared_mailboxes.environment import GRANTED, JOBS, LIST, add, entry_page
from tests.support import builders
from tests.support.browser import send


@pytest.mark.parametrize("words", ["northwind j", "Northwind Jobs", "jobs", JOBS])
def test_search_finds_it(env: EmailEnvironment, admin: FlaskClient, words: str) -> None:
    page = admin.get(LIST, query_string={"q": words})

    assert pages.complaints(page.text) == []
    assert f'href="{entry_page(env, JOBS)}"' in page.text


def test_confirmation_says_whose_mail_it_is(env: EmailEnvironment, admin: FlaskClient) -> None:
    page = admin.get(entry_page(env, JOBS))

    assert pages.complaints(page.text) == []
    assert "Microsoft does not tell Portal whether it is shared" in page.text
    assert 'name="confirmed"' in page.text
    assert "Priya Kaur" in page.text
    assert env.count("mailbox_sources") == 0


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        (PRIYA, "is a person's mailbox. Only that person decides what Portal reads."),
        ("guest@partner.example", "belongs to another organization, which alone can open it."),
        ("noah@northwind.example", "has no mailbox in Exchange Online"),
    ],
)
def test_what_is_no_shared_mailbox_is_refused(
    env: EmailEnvironment, admin: FlaskClient, address: str, sentence: str
) -> None:
    upn = "guest_partner.example#EXT#@northwind.example" if "guest" in address else address

    shown, sent = admin.get(entry_page(env, upn)), send(admin, entry_page(env, upn), owner="priya")

    assert (shown.status_code, sent.status_code) == (422, 422)
    for page in (shown, sent):
        assert sentence.replace("'", "&#39;") in page.text
    assert env.count("mailbox_sources") == 0


def test_room_is_refused_where_rooms_may_be_read(env: EmailEnvironment, admin: FlaskClient) -> None:
    env.consent(*GRANTED, "Place.Read.All")
    path = entry_page(env, "room-aurora@northwind.example")

    refused = send(admin, path, owner="priya", confirmed="1")

    assert refused.status_code == 422
    assert "is a room or equipment" in refused.text


def test_room_needs_an_administrators_word_where_they_may_not(
    env: EmailEnvironment, admin: FlaskClient
) -> None:
    path = entry_page(env, "room-aurora@northwind.example")

    refused = send(admin, path, owner="priya")

    assert "This is no room" in refused.text
    assert env.count("mailbox_sources") == 0


def test_blocked_account_of_a_leaver_needs_an_administrators_word(
    env: EmailEnvironment, admin: FlaskClient
) -> None:
    path = entry_page(env, "dana@northwind.example")

    refused = send(admin, path, owner="priya")

    assert "Confirm that this is nobody&#39;s personal mailbox" in refused.text
    assert env.count("mailbox_sources") == 0


@pytest.mark.parametrize("roles", [GRANTED, (*GRANTED, "GroupMember.Read.All")])
def test_group_is_refused_with_its_cure(
    env: EmailEnvironment, admin: FlaskClient, roles: tuple[str, ...]
) -> None:
    env.consent(*roles)

    page = admin.get(LIST, query_string={"q": "recruiting@northwind.example"})

    assert page.status_code == 422
    assert "Let a shared mailbox receive its mail" in page.text


def test_licensed_mailbox_needs_an_administrators_word(
    env: EmailEnvironment, admin: FlaskClient
) -> None:
    path = entry_page(env, "frontdesk@northwind.example")

    refused = send(admin, path, owner="priya")
    added = send(admin, path, owner="priya", confirmed="1")

    assert 'name="confirmed"' in admin.get(path).text or added.status_code == 303
    assert refused.status_code == 422
    assert "Confirm that this is nobody&#39;s personal mailbox" in refused.text
    (known,) = store.mailboxes(env.rows)
    assert known.known_by is KnownBy.ADMIN


def test_microsofts_word_decides_where_it_may_be_asked(
    env: EmailEnvironment, admin: FlaskClient
) -> None:
    env.consent(*GRANTED, "MailboxSettings.Read")

    refused = admin.get(entry_page(env, "frontdesk@northwind.example"))
    account_id = add(env, admin)

    assert refused.status_code == 422
    assert store.mailbox(env.rows, account_id).known_by is KnownBy.MICROSOFT


def test_it_needs_an_owner_who_recruits(env: EmailEnvironment, admin: FlaskClient) -> None:
    builders.user(env.rows, "Kim Lund", role="limited")

    for owner in ("", "kim", "nobody"):
        answer = send(admin, entry_page(env, JOBS), owner=owner, confirmed="1")
        assert (answer.status_code, "Choose at least one owner" in answer.text) == (422, True)

    assert env.count("mailbox_sources") == 0


def test_second_administrator_is_told(env: EmailEnvironment, admin: FlaskClient) -> None:
    add(env, admin)

    second = send(admin, entry_page(env, JOBS), owner="alex", confirmed="1")

    assert second.status_code == 409
    assert f"{JOBS} is added already, by Alex Berg." in second.text
    assert len(store.mailboxes(env.rows)) == 1


def test_closed_mailbox_is_added_and_says_so(env: EmailEnvironment, admin: FlaskClient) -> None:
    env.sandbox.control("PATCH", f"users/{JOBS}", {"fenced": True})

    page = admin.get(entry_page(env, JOBS))
    account_id = add(env, admin)

    assert "Portal may not open this mailbox yet" in page.text
    added = admin.get(f"{LIST}/{account_id}").text
    assert "is added. Portal reads it as soon as Exchange opens it." in added
    assert settings_store.is_syncing(env.rows, account_id)


def test_entry_that_does_not_exist(admin: FlaskClient) -> None:
    assert admin.get(f"{LIST}/entries/00000000-0000-4000-8000-000000000000").status_code == 422
    assert admin.get(f"{LIST}/nothing").status_code == 404


def test_user_sync_never_imports_it(env: EmailEnvironment, admin: FlaskClient) -> None:
    front_desk = "frontdesk@northwind.example"
    send(admin, entry_page(env, front_desk), owner="priya", confirmed="1")

    assert env.sandbox.oid(front_desk) in directory.shared_mailboxes(env.rows)
    entry = {"object_id": env.sandbox.oid(front_desk), "address": front_desk, "left_out": "shared"}
    usual = {"new_user_id": "x", "folded_address": front_desk, "display_name": "Front Desk"}
    builders.insert(env.rows, "directory_entries", usual | entry | {"round": 1, "is_settled": 0})
    with pytest.raises(Conflict, match="is read as a shared mailbox"):
        shared_mailboxes.set_shared(
            Act(env.rows, Actor.system("test"), clock.utc_now()), entry["object_id"], shared=False
        )


def test_owners_of_a_removed_mailbox_are_ticked(env: EmailEnvironment, admin: FlaskClient) -> None:
    account_id = add(env, admin, owner="priya")
    send(admin, f"{LIST}/{account_id}/removal")

    page = " ".join(admin.get(entry_page(env, JOBS)).text.split())

    assert 'value="priya" checked' in page
    assert 'value="alex" checked' not in page
