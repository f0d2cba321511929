"""/me and /users."""

from flask import Blueprint, Response, g

from sandbox import odata
from sandbox.access import caller_user, needs, require_user
from sandbox.database import Row, current_state
from sandbox.directory import delta, queries, selection, store
from sandbox.directory.resource import DEFAULT, shown
from sandbox.errors import GraphError

bp = Blueprint("directory", __name__, url_prefix="/v1.0")

ALL_PROFILES = (
    "User.Read.All",
    "User.ReadWrite.All",
    "Directory.Read.All",
    "Directory.ReadWrite.All",
)
ALL_BASIC_PROFILES = ("User.ReadBasic.All", *ALL_PROFILES)


@bp.get("/me")
@needs(delegated=("User.Read", "User.ReadWrite", *ALL_BASIC_PROFILES))
def me() -> Response:
    return _one(caller_user())


@bp.get("/users/<reference>")
@needs(
    delegated=("User.Read", "User.ReadWrite", *ALL_BASIC_PROFILES), application=ALL_BASIC_PROFILES
)
def user(reference: str) -> Response:
    row = require_user(reference)
    if g.caller.oid != row["id"] and not g.caller.permissions & {*ALL_BASIC_PROFILES}:
        raise GraphError(
            403,
            "Authorization_RequestDenied",
            "Insufficient privileges to complete the operation.",
        )
    return _one(row)


def _one(row: Row) -> Response:
    odata.refuse_unknown_options({"$select"})
    names = selection.of_one()
    return odata.entity(
        odata.project(shown(current_state(), row), names or DEFAULT),
        context=f"users{odata.selection(names)}/$entity",
    )


@bp.get("/users")
@needs(delegated=ALL_BASIC_PROFILES, application=ALL_BASIC_PROFILES)
def users() -> Response:
    odata.refuse_unknown_options({"$select", "$filter", "$top", "$count", "$skiptoken"})
    queries.check_filter(odata.option("$filter") or "")
    names = selection.of_list()
    start, size = odata.offset("$skiptoken"), queries.page_size()
    found, total = _wanted(start, size)
    return odata.partial_page(
        [odata.project(person, names or DEFAULT) for person in found],
        context=f"users{odata.selection(names)}",
        start=start,
        total=total,
        mark="$skiptoken",
        # Graph ignores $count without the header, and counts on the first page only.
        is_counted=queries.is_eventual() and start == 0,
    )


def _wanted(start: int, size: int) -> tuple[list[odata.Item], int]:
    """Return the people of one page, and the number of people on all pages."""
    state = current_state()
    if not odata.option("$filter"):
        rows = store.page(state, start=start, limit=size)
        return [shown(state, row) for row in rows], store.number_of_people(state)
    everyone = (shown(state, row) for row in store.people(state))
    found = odata.filtered(everyone, takes_lists=True)
    return found[start : start + size], len(found)


@bp.get("/users/delta")
@bp.get("/users/delta()")
@needs(delegated=ALL_PROFILES, application=ALL_PROFILES)
def user_delta() -> Response:
    for name in ("$top", "$orderby", "$expand", "$count", "$search"):
        if odata.option(name) is not None:
            raise GraphError(
                400, "Request_UnsupportedQuery", f"{name} is not supported by delta of users."
            )
    odata.refuse_unknown_options({"$select", "$filter", "$skiptoken", "$deltatoken"})
    answer = odata.answer(delta.page(current_state()))
    minimal = ", return=minimal" if delta.is_minimal() else ""
    answer.headers["Preference-Applied"] = f"odata.track-changes{minimal}"
    return answer


@bp.get("/users/$count")
@needs(delegated=ALL_BASIC_PROFILES, application=ALL_BASIC_PROFILES)
def number_of_users() -> Response:
    odata.refuse_unknown_options({"$filter"})
    queries.require_count()
    return Response(str(_wanted(0, 1)[1]), content_type="text/plain")
