"""The accepted spellings of a path."""

import pytest

from sandbox import graph_paths


@pytest.mark.parametrize(
    ("asked", "plain"),
    [
        (
            "/v1.0/users('a')/MailFolders('Inbox')/Messages",
            "/v1.0/users/a/mailFolders/Inbox/messages",
        ),
        ("/v1.0/users('o''hara@x.example')", "/v1.0/users/o'hara@x.example"),
        ("/v1.0/me/microsoft.graph.sendMail", "/v1.0/me/sendMail"),
        ("/v1.0/places/graph.room", "/v1.0/places/room"),
        ("/v1.0/places/microsoft.graph.roomlist", "/v1.0/places/roomList"),
        ("/v1.0/users/graph.kim@x.example", "/v1.0/users/graph.kim@x.example"),
        ("/v1.0/servicePrincipals(appId='1-2')/id", "/v1.0/servicePrincipals/appId=1-2/id"),
        (
            "/v1.0/ME/mailfolders/AAMk==/messages/Delta()",
            "/v1.0/me/mailFolders/AAMk==/messages/delta()",
        ),
    ],
)
def test_path_is_normalized(asked: str, plain: str) -> None:
    assert graph_paths.normalized(asked) == plain


@pytest.mark.parametrize(
    ("plain", "link"),
    [
        (
            "/v1.0/me/mailFolders/inbox/messages/delta()",
            "/v1.0/me/mailFolders('inbox')/messages/delta",
        ),
        ("/v1.0/users/a@x.example/messages", "/v1.0/users('a@x.example')/messages"),
        ("/v1.0/me/mailFolders/delta", "/v1.0/me/mailFolders/delta"),
        ("/v1.0/me/messages/AAMk==/attachments", "/v1.0/me/messages('AAMk%3D%3D')/attachments"),
        ("/v1.0/places/room", "/v1.0/places/microsoft.graph.room"),
        ("/v1.0/users/o'hara", "/v1.0/users('o%27%27hara')"),
    ],
)
def test_link_is_spelled_like_a_real_one(plain: str, link: str) -> None:
    assert graph_paths.canonical(plain) == link
