"""Microsoft's errors as ours, tested on recorded answers."""

from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from portal.entra import errors as entra_errors
from portal.entra.errors import (
    ApprovalRequired,
    AuthorityUnavailable,
    CodeRefused,
    ConsentDeclined,
    Misconfigured,
    came_back_with,
    code_refused,
    renewal_refused,
)
from portal.flows.consent_outcomes import CONSENT_PAGES
from portal.flows.outcomes import PAGES
from portal.graph import errors
from portal.graph.errors import (
    Conflicting,
    CursorExpired,
    Gone,
    GraphError,
    MailboxFenced,
    MailboxMissing,
    NeedsReconnect,
    PermissionMissing,
    Refused,
    Throttled,
    TokenRefused,
    Unavailable,
    error_from,
)
from tests.support.needs import SHARED

NOW = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
SEEN = SHARED / "real-fixtures" / "errors-seen" / "errors.json"
NOT_HERE = "recorded errors were not found; name their parent in PORTAL_SHARED"
GRAPH = {
    "graph-410-syncstatenotfound": CursorExpired,
    "graph-410-syncstatenotfound-2": CursorExpired,
    "graph-404-mailbox-inactive": MailboxMissing,
    "graph-404-mailbox-old-wording": MailboxMissing,
    "graph-400-segment-not-found": Refused,
    "graph-404-resource-not-discovered": Gone,
    "graph-400-subscription-validation-200": Refused,
    "graph-403-odata-disabled": MailboxFenced,
    "graph-429-mailbox-concurrency": Throttled,
}
RENEWAL = {
    "entra-700082-refresh-token-inactive": NeedsReconnect,
    "entra-7000222-client-secret-expired": Misconfigured,
    "entra-50076-mfa-claims-challenge": NeedsReconnect,
    "entra-50079-mfa-enrol": NeedsReconnect,
    "entra-65001-consent-needed": NeedsReconnect,
}


def seen(slug: str) -> dict[str, Any]:
    if not SEEN.is_file():
        pytest.skip(NOT_HERE)
    answers: list[dict[str, Any]] = orjson.loads(SEEN.read_bytes())
    return next(answer for answer in answers if answer["slug"] == slug)


def test_every_recorded_error_is_tested() -> None:
    if not SEEN.is_file():
        pytest.skip(NOT_HERE)
    services = ("graph", "entra-token")
    slugs = {
        each["slug"] for each in orjson.loads(SEEN.read_bytes()) if each["service"] in services
    }

    assert slugs == {*GRAPH, *RENEWAL}


@pytest.mark.parametrize(("slug", "expected"), GRAPH.items())
def test_recorded_graph_errors(slug: str, expected: type[GraphError]) -> None:
    answer = seen(slug)

    error = error_from(answer["status"], answer["headers"] or {}, answer["body"], now=NOW)

    assert type(error) is expected
    assert error.microsoft_status == answer["status"]
    assert error.code == answer["body"]["error"]["code"]


@pytest.mark.parametrize(("slug", "expected"), RENEWAL.items())
def test_recorded_refusals_of_a_renewal(slug: str, expected: type[GraphError]) -> None:
    answer = seen(slug)
    body = answer["body"]

    error = renewal_refused(body["error"], body.get("suberror", ""), status=answer["status"])

    assert type(error) is expected
    assert "AADSTS" not in str(error)


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (401, None, TokenRefused),
        (401, {"error": {"code": "NoPermissionsInAccessToken"}}, PermissionMissing),
        (403, None, Refused),
        (403, {"error": {"code": "Authorization_RequestDenied"}}, PermissionMissing),
        (403, {"error": {"code": "ErrorAccountSuspend"}}, Refused),
        (403, {"error": {"code": "X", "innerError": {"code": "ErrorAccessDenied"}}}, MailboxFenced),
        (404, {"error": "text"}, Gone),
        (404, {"error": {"code": "MailboxNotSupportedForRESTAPI"}}, MailboxMissing),
        (400, {"error": {"code": "X", "innerError": {"code": "SyncStateNotFound"}}}, CursorExpired),
        (400, {"error": {"code": "X", "innererror": {"code": "resyncRequired"}}}, CursorExpired),
        (400, {"error": {"code": "InvalidSyncStateData"}}, CursorExpired),
        (409, {"error": {"code": "Conflict"}}, Conflicting),
        (412, None, Conflicting),
        (429, None, Throttled),
        (500, {"error": {"code": "SyncStateNotFound"}}, Unavailable),
        (503, None, Unavailable),
        (509, None, Unavailable),
        (302, None, Refused),
        (599, [], Unavailable),
    ],
)
def test_status_decides_and_code_refines(
    status: int, body: object, expected: type[GraphError]
) -> None:
    assert type(error_from(status, {}, body, now=NOW)) is expected


@pytest.mark.parametrize(
    ("wrapped", "expected", "status"),
    [
        ("ServiceUnavailable; Reason: Target resource is on backend 'Unknown'", Unavailable, 503),
        ("Forbidden; Reason: Access to OData is disabled.", MailboxFenced, 403),
        ("BadRequest; Reason: The value of parameter 'Resource' is invalid.", Refused, 400),
        ("Conflict; Reason: It exists.", Conflicting, 409),
        ("NotFound; Reason: It is gone.", Gone, 404),
        ("Whatever; Reason: None.", Refused, 403),
    ],
)
def test_wrapped_error_is_judged_by_its_content(
    wrapped: str, expected: type[GraphError], status: int
) -> None:
    message = f"Operation: Create; Exception: [Status Code: {wrapped}]"
    body = {"error": {"code": "ExtensionError", "message": message}}

    error = error_from(403, {}, body, now=NOW)

    assert type(error) is expected
    assert error.microsoft_status == status


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ({"error": {"code": "ErrorAccountSuspend"}}, "Microsoft refused (ErrorAccountSuspend)."),
        ({"error": {"code": "X", "innerError": {"code": "Inner"}}}, "Microsoft refused (Inner)."),
        ({"error": {"code": "X", "innerError": {"code": "403"}}}, "Microsoft refused (X)."),
        ({"error": {"code": "<b>&"}}, "Microsoft refused (b)."),
        (None, "Microsoft refused (403)."),
    ],
)
def test_unknown_refusal_names_its_code_and_accuses_nobody(body: object, shown: str) -> None:
    assert str(error_from(403, {}, body, now=NOW)) == shown


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("120", 120),
        ("2.128", 2.128),
        ("Tue, 24 Nov 2026 14:00:07 GMT", 7),
        ("Tue, 24 Nov 2026 13:00:00 GMT", 0),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("inf", None),
        ("nan", None),
        ("Tue, 24 Nov 2026 14:00:07", None),
    ],
)
def test_retry_after_is_read_in_each_form(told: str, expected: float | None) -> None:
    assert errors.retry_after({"retry-after": told}, now=NOW) == expected


@pytest.mark.parametrize(
    ("error", "suberror", "expected"),
    [
        ("access_denied", "cancel", ConsentDeclined),
        ("access_denied", "", ConsentDeclined),
        ("access_denied", "consent_required", ApprovalRequired),
        ("consent_required", "", ApprovalRequired),
        ("interaction_required", "", CodeRefused),
        ("temporarily_unavailable", "", AuthorityUnavailable),
        ("server_error", "", AuthorityUnavailable),
        ("invalid_request", "", Misconfigured),
        ("unauthorized_client", "", Misconfigured),
        ("<script>", "", Misconfigured),
    ],
)
def test_answers_of_authorize(error: str, suberror: str, expected: type[Exception]) -> None:
    assert type(came_back_with(error, suberror)) is expected


@pytest.mark.parametrize(
    ("error", "suberror", "status", "expected"),
    [
        ("invalid_grant", "", 400, CodeRefused),
        ("invalid_grant", "consent_required", 400, ApprovalRequired),
        ("invalid_client", "", 401, Misconfigured),
        ("", "", 502, AuthorityUnavailable),
    ],
)
def test_answers_to_a_code(
    error: str, suberror: str, status: int, expected: type[Exception]
) -> None:
    assert type(code_refused(error, suberror, status=status)) is expected


def test_every_outcome_has_a_page() -> None:
    kinds = {
        value.outcome
        for value in vars(entra_errors).values()
        if isinstance(value, type) and hasattr(value, "outcome")
    }

    assert kinds <= {*PAGES, *CONSENT_PAGES}
