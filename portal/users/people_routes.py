"""The Users page: who may use Portal, as what, and who is invited."""

from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal.audit.act import Act
from portal.clock import text, utc_now
from portal.errors import Conflict, Invalid
from portal.flash_texts import Flash, FlashText
from portal.storage.ids import new_id
from portal.users import (
    administration,
    invitation_store,
    invitations,
    people_store,
    store,
)
from portal.users.forms import InviteForm, RoleForm
from portal.users.models import ListedUser, Role, RoleNotice, Show, User
from portal.users.role_texts import UserFlash
from portal.web.access import admin_only
from portal.web.act import act
from portal.web.current import actor, current_user, services
from portal.web.downloads import csv_download
from portal.web.flashes import tell
from portal.web.forms import SwitchForm, one_line, page_number
from portal.web.limits import limit
from portal.web.proof.fresh_sign_in import require_fresh_sign_in
from portal.web.security import session_hash
from portal.wording import counted, verb

bp = Blueprint("people", __name__)
Answer = AnyResponse | tuple[str, int]
ON_A_PAGE = 50
QUARTER = 15 * 60
CSV_HEADER = (
    "Name",
    "Email address",
    "User name at Microsoft",
    "Role",
    "Source",
    "Can sign in",
    "Kept out because",
    "Microsoft 365",
    "Last signed in",
)


@bp.get("/admin/users")
@admin_only
def people() -> str:
    return _people_page(_new_invitation())


def _new_invitation() -> InviteForm:
    return InviteForm(data={"id": new_id(), "role": Role.MEMBER.value})


def _people_page(form: InviteForm, *, link: str = "", refusal: str = "") -> str:
    search, show, page = one_line(request.args, "q"), _show(request.args), page_number(request.args)
    found = people_store.people(
        services.rows, search=search, show=show, limit=ON_A_PAGE + 1, offset=(page - 1) * ON_A_PAGE
    )
    counts = {each: people_store.count(services.rows, search=search, show=each) for each in Show}
    return render_template(
        "users/people.html",
        people=found[:ON_A_PAGE],
        count=counts[show],
        counts=counts,
        waiting=people_store.count(services.rows, show=Show.WAITING),
        invitations=invitation_store.open_ones(services.rows, utc_now()),
        roles=list(Role),
        shows=list(Show),
        form=form,
        link=link,
        refusal=refusal,
        last_admin=administration.last_admin(services.rows),
        search=search,
        show=show,
        previous_url=_url(search, show, page - 1) if page > 1 else "",
        next_url=_url(search, show, page + 1) if len(found) > ON_A_PAGE else "",
    )


def _show(values: Mapping[str, str]) -> Show:
    wanted = values.get("show", "")
    return Show(wanted) if wanted in [*Show] else Show.ALL


def _url(search: str, show: Show, page: int) -> str:
    return url_for("people.people", q=search or None, show=show.value or None, page=page)


@bp.post("/admin/users/invitations")
@admin_only
def invite() -> Answer:
    """Answers with the link itself: it is kept nowhere, so there is no other page to show it."""
    form = InviteForm(request.form)
    try:
        form.check()
        limit(f"invite:{current_user.id}", hits=100, seconds=QUARTER)
        _require_fresh_for(Role(form.role.data), "Invite somebody as an admin?")
        wanted = invitations.Wanted(form.id.data, Role(form.role.data), form.note.data)
        _, token = invitations.invite(
            act(),
            wanted,
            by=current_user.id,
        )
    except Invalid as refusal:
        return _people_page(form.refuse(refusal)), 422
    path = url_for("users.invitation", token=token)
    return _people_page(_new_invitation(), link=services.config.base_url + path), 200


@bp.post("/admin/users/invitations/<invitation_id>/withdrawal")
@admin_only
def withdraw_invitation(invitation_id: str) -> AnyResponse:
    invitations.withdraw(
        act(),
        invitation_id,
    )
    return _back(UserFlash.INVITATION_WITHDRAWN)


@bp.post("/admin/users/<user_id>/enablement")
@admin_only
def set_enabled(user_id: str) -> Answer:
    form = SwitchForm(request.form)
    form.check()
    wants_on = form.wants_on
    if not wants_on and people_store.has_interview(services.rows, user_id, now=utc_now()):
        return redirect(url_for("departing_people.ask", user_id=user_id), 303)
    if wants_on:
        asked = store.user(services.rows, user_id)
        _require_fresh_for(asked.role, f"Let the admin {asked.display_name} sign in?")
    try:
        user = administration.set_enabled(act(), user_id, enabled=wants_on)
    except Conflict as refusal:
        return _people_page(_new_invitation(), refusal=str(refusal)), 409
    if wants_on:
        return _back(UserFlash.ENABLED.of(name=user.display_name))
    return _back(UserFlash.DISABLED.of(name=user.display_name))


@bp.post("/admin/users/enablement")
@admin_only
def enable_some() -> Answer:
    """Those who were ticked on one page of the list."""
    ids = request.form.getlist("user")[:ON_A_PAGE]
    if not ids:
        nobody = "Nobody is selected. Select the people to enable first."
        return _people_page(_new_invitation(), refusal=nobody), 409
    if any(store.user(services.rows, user_id).is_admin for user_id in ids):
        require_fresh_sign_in(f"Let {counted(len(ids), 'person')} sign in, admins among them?")
    count = administration.enable_some(
        act(),
        ids,
    )
    return _back(_can_sign_in(count))


@bp.post("/admin/users/waiting/enablement")
@admin_only
def enable_waiting() -> AnyResponse:
    if people_store.has_waiting_admin(services.rows):
        require_fresh_sign_in("Let everybody who waits sign in, admins among them?")
    count = administration.enable_waiting(
        act(),
    )
    return _back(_can_sign_in(count))


def _can_sign_in(count: int) -> Flash:
    return UserFlash.ENABLED_SOME.of(people=counted(count, "person"))


@bp.post("/admin/users/export")
@admin_only
def export() -> AnyResponse:
    """The same people as on the page; noted before the first line leaves."""
    require_fresh_sign_in("Download the list of people?")
    limit(f"export:{current_user.id}", hits=20, seconds=QUARTER)
    search, show, rows = one_line(request.form, "q"), _show(request.form), services.rows
    administration.note_export(
        Act(rows, actor(), utc_now()),
        people_store.count(rows, search=search, show=show),
        filter=", ".join(part for part in (show.label, search) if part),
    )
    found = people_store.everybody(rows, search=search, show=show)
    return csv_download("people.csv", CSV_HEADER, map(_csv_row, found))


def _csv_row(listed: ListedUser) -> tuple[str, ...]:
    user = listed.user
    return (
        user.display_name,
        user.address,
        user.user_name or "",
        user.role.label,
        user.source.label,
        "yes" if user.is_enabled else "no",
        user.kept_out_label,
        listed.connection_label,
        text(user.last_signed_in_at) if user.last_signed_in_at else "",
    )


@bp.post("/admin/users/<user_id>/role")
@admin_only
def change_role(user_id: str) -> Answer:
    form = RoleForm(request.form)
    form.check()
    role = Role(form.role.data)
    known = store.user(services.rows, user_id)
    if known.role is not role:
        _require_fresh_for(role, f"Make {known.display_name} an admin?")
    try:
        user = administration.change_role(act(), user_id, role=role)
    except Conflict as refusal:
        return _people_page(_new_invitation(), refusal=str(refusal)), 409
    said = UserFlash.ROLE_CHANGED.of(name=user.display_name, role=role.label)
    return _back(said, *_of_mailbox(user))


def _of_mailbox(user: User) -> list[UserFlash]:
    """The effect of another role on the mailbox, as long as the person has not answered."""
    return {
        None: [],
        RoleNotice.BECAME_MEMBER: [UserFlash.MAILBOX_CLOSED],
        RoleNotice.BECAME_LIMITED: [UserFlash.SYNC_OFF],
    }[user.role_notice]


@bp.post("/admin/users/<user_id>/sessions/ending")
@admin_only
def end_sessions(user_id: str) -> AnyResponse:
    user, _ = administration.end_sessions(
        act(),
        user_id,
    )
    return _back(UserFlash.SESSIONS_ENDED.of(name=user.display_name))


@bp.post("/admin/users/sessions/ending")
@admin_only
def end_all_sessions() -> AnyResponse:
    count = administration.end_all_sessions(
        act(),
        but=session_hash(),
    )
    sessions, are = counted(count, "session"), verb(count, "is", "are")
    return _back(UserFlash.ALL_SESSIONS_ENDED.of(sessions=sessions, are=are))


def _require_fresh_for(role: Role, question: str) -> None:
    if role is Role.ADMIN:
        require_fresh_sign_in(question)


def _back(*said: FlashText | Flash) -> AnyResponse:
    tell(*said)
    return redirect(url_for("people.people"), 303)
