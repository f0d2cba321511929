"""Delta queries: changes page by page, and the cursor."""

from collections.abc import Iterator

import pytest

from portal.graph.errors import CursorExpired, ForeignLink, Unavailable
from portal.graph.paging import changes, page_of, pages
from tests.graph.calls import client
from tests.support.loopback import Loopback, Say, loopback

PATH = "mailFolders/inbox/messages/delta"


@pytest.fixture
def place() -> Iterator[Loopback]:
    with loopback() as place:
        yield place


def link(place: Loopback, mark: str) -> str:
    return f"{place.url}/v1.0/me/{PATH}?{mark}"


def test_pages_are_followed_to_the_end(place: Loopback) -> None:
    gone = {"id": "2", "@removed": {"reason": "deleted"}}
    place.will(
        Say({"value": [{"id": "1"}], "@odata.nextLink": link(place, "$skiptoken=a")}),
        Say({"value": [], "@odata.nextLink": link(place, "$skiptoken=b")}),
        Say({"value": [gone, {"id": "3"}], "@odata.deltaLink": link(place, "$deltatoken=c")}),
    )

    pages = list(changes(client(place), PATH, query={"$select": "id"}))

    assert [[item["id"] for item in page.items] for page in pages] == [["1"], [], ["3"]]
    assert pages[2].removed_ids == ("2",)
    assert [page.is_last for page in pages] == [False, False, True]
    assert pages[2].next_cursor == link(place, "$deltatoken=c")


def test_last_word_on_an_id_decides(place: Loopback) -> None:
    gone = {"@removed": {"reason": "deleted"}}
    told = [{"id": "back", **gone}, {"id": "back", "subject": "One"}, {"id": "left"},
            {"id": "twice", "subject": "Old"}, {"id": "twice", "subject": "New"},
            {"id": "left", **gone}]  # fmt: skip  # in the order of a page

    page = page_of({"value": told, "@odata.deltaLink": link(place, "$deltatoken=c")}, client(place))

    assert page.items == (
        {"id": "back", "subject": "One"},
        {"id": "twice", "subject": "New"},
    )
    assert page.removed_ids == ("left",)


def test_cursor_is_followed_unchanged(place: Loopback) -> None:
    place.will(Say({"value": [], "@odata.deltaLink": link(place, "$deltatoken=d")}))

    pages = list(
        changes(client(place), link(place, "$deltatoken=c%3D%3D"), query={"$select": "id"})
    )

    assert place.asked[0].path.endswith("?$deltatoken=c%3D%3D")
    assert len(pages) == 1


@pytest.mark.parametrize("code", ["syncStateNotFound", "SyncStateNotFound", "resyncRequired"])
def test_expired_cursor_raises(place: Loopback, code: str) -> None:
    place.will(Say({"error": {"code": code}}, 410))

    with pytest.raises(CursorExpired):
        list(changes(client(place), link(place, "$deltatoken=old")))


@pytest.mark.parametrize("name", ["@odata.nextLink", "@odata.deltaLink"])
def test_page_with_a_foreign_link_is_not_kept(place: Loopback, name: str) -> None:
    place.will(Say({"value": [{"id": "1"}], name: "https://elsewhere.example/v1.0/me/messages"}))

    with pytest.raises(ForeignLink):
        next(changes(client(place), PATH))


def test_list_with_a_foreign_link_is_not_kept(place: Loopback) -> None:
    elsewhere = "https://elsewhere.example/v1.0/me/messages"
    place.will(Say({"value": [{"id": "1"}], "@odata.nextLink": elsewhere}))

    with pytest.raises(ForeignLink):
        next(pages(client(place), PATH))


@pytest.mark.parametrize("answer", [{}, {"value": []}, {"value": {}, "@odata.deltaLink": "x"}])
def test_answer_without_continuation_is_no_page(place: Loopback, answer: object) -> None:
    place.will(Say(answer))

    with pytest.raises(Unavailable):
        list(changes(client(place), PATH))


def test_loop_of_links_ends(place: Loopback) -> None:
    place.will(Say({"value": [], "@odata.nextLink": link(place, "$skiptoken=same")}))

    with pytest.raises(Unavailable):
        list(changes(client(place), PATH))

    assert len(place.asked) == 2
