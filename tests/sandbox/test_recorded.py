"""The practice tenant says what Microsoft's servers said when somebody recorded them."""

import json
from typing import Any

import pytest

from tests import openapi
from tests.needs import SHARED
from tests.sandbox.conftest import PRIYA, WITH_FILE, Caller, letter
from tests.sandbox_server import Sandbox

pytestmark = pytest.mark.openapi
FIXTURES = SHARED / "real-fixtures"


def recorded(name: str) -> Any:
    found = json.loads((FIXTURES / name).read_text())
    return (found.get("response") or {}).get("body") or found["data"]


def different(real: Any, ours: Any, path: str = "") -> list[str]:
    """Members that one side lacks, and types that differ; a null fits anything."""
    if isinstance(real, dict) and isinstance(ours, dict):
        names = {name for name in real.keys() | ours.keys() if not name.endswith("Link")}
        gaps = [f"{path}/{name} is missing here" for name in sorted(names - ours.keys())]
        more = [f"{path}/{name} is not in the real one" for name in sorted(names - real.keys())]
        both = sorted(names & real.keys() & ours.keys())
        inner = [
            gap for name in both for gap in different(real[name], ours[name], f"{path}/{name}")
        ]
        return gaps + more + inner
    if isinstance(real, list) and isinstance(ours, list):
        return different(real[0], ours[0], f"{path}[]") if real and ours else []
    if real is None or ours is None:
        return []
    same = type(real) is type(ours) and openapi.shape(real) == openapi.shape(ours)
    return [] if same else [f"{path}: {real!r} there, {ours!r} here"]


def test_draft_has_the_members_of_a_real_one(priya: Caller) -> None:
    draft = {
        "subject": "Hello",
        "body": {"contentType": "text", "content": "Hello"},
        "toRecipients": [{"emailAddress": {"name": "Alex", "address": "alex@northwind.example"}}],
    }
    identity = priya.call("POST", "/me/messages", json=draft).json()["id"]
    real = recorded("nangohq-integration-templates/nango-outlook-get-message-0.json")

    ours = priya.read(f"/me/messages/{identity}")

    assert different(real, ours) == []


def test_delta_has_the_members_of_a_real_one(priya: Caller, tenant: Sandbox) -> None:
    tenant.deliver(PRIYA, letter())
    real = recorded("nangohq-integration-templates/nango-outlook-messages-0.json")

    ours = priya.read("/me/mailFolders/inbox/messages/delta?$top=50")

    assert different(real, ours) == []


def test_folder_delta_has_the_members_of_a_real_one(priya: Caller) -> None:
    real = recorded("nangohq-integration-templates/nango-outlook-mail-folders-0.json")

    ours = priya.read("/me/mailFolders/delta")

    assert different(real, ours) == []


def test_attachment_has_the_members_of_a_real_one(priya: Caller, tenant: Sandbox) -> None:
    identity = tenant.deliver(PRIYA, WITH_FILE)
    real = recorded("nangohq-integration-templates/nango-outlook-add-message-attachment-0.json")
    listed = priya.read(f"/me/messages/{identity}/attachments")["value"][0]["id"]

    ours = priya.read(f"/me/messages/{identity}/attachments/{listed}")

    assert different(real, ours) == []
