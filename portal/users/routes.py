"""Set-up, signing in and out, and accepting an invitation."""

import math
from functools import partial
from typing import Any

from flask import (
    Blueprint,
    Response,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response as AnyResponse

from portal.clock import utc_now
from portal.errors import Invalid, NotFound, TooMany
from portal.storage import platforms
from portal.storage import settings as storage
from portal.storage.platforms import Platform
from portal.users import (
    domain_store,
    invitations,
    organization_name,
    own_zone,
    proofs,
    setup,
    sign_in,
    store,
)
from portal.users.forms import ConfirmForm, SetupForm, SignInForm
from portal.users.role_texts import UserFlash
from portal.web import visits
from portal.web.access import public, signed_in
from portal.web.act import act
from portal.web.current import current_user, services
from portal.web.flashes import tell
from portal.web.limits import limit_guesses, limit_tries, peer_bucket
from portal.web.proof import carried_changes, fresh_sign_in
from portal.web.security import end_session, wished_place

bp = Blueprint("users", __name__)
Answer = AnyResponse | tuple[str, int] | tuple[str, int, dict[str, str]]
Place = tuple[str, dict[str, Any]]


@bp.get("/")
@public
def home() -> AnyResponse:
    if not current_user.is_authenticated:
        is_new = setup.is_open(services.rows)
        return redirect(url_for("users.set_up" if is_new else "users.sign_in_page"), 303)
    place = "candidates.candidates" if current_user.is_member else "personal.personal_info"
    return redirect(url_for(place), 303)


@bp.get("/healthz")
@public
def health() -> Response:
    is_well = storage.answers(services.rows)
    return make_response("ok" if is_well else "not ok", 200 if is_well else 503)


@bp.get("/setup")
@public
def set_up() -> str:
    _require_setup()
    return _setup_page(SetupForm())


@bp.post("/setup")
@public
def create_first_admin() -> Answer:
    _require_setup()
    limit_tries(f"setup:{peer_bucket()}", "setup", hits=20)
    form = SetupForm(request.form)
    try:
        form.check()
        first = setup.FirstAdmin(form.name.data, form.address.data, form.password.data)
        user = setup.create_first_admin(
            act(),
            first,
            code=form.code.data,
            expected=setup.one_time_code(services.rows, services.config.secret_key),
        )
    except Invalid as refusal:
        return _setup_page(form.refuse(refusal)), 422
    if form.organization.data:
        organization_name.change(act().by(id=user.id, name=user.label), form.organization.data)
    visits.begin(user, take_zone=partial(own_zone.take, services.rows, user))
    tell(UserFlash.FIRST_ADMIN)
    return redirect(url_for("integrations.marketplace"), 303)  # what comes next stands there


def _require_setup() -> None:
    if not setup.is_open(services.rows):
        raise NotFound


def _setup_page(form: SetupForm) -> str:
    return render_template("users/setup.html", form=form)


@bp.get("/signin")
@public
def sign_in_page() -> Answer | str:
    if current_user.is_authenticated:
        return redirect(url_for("users.home"), 303)
    return _sign_in_page(SignInForm())


def _sign_in_page(form: SignInForm) -> str:
    return render_template(
        "users/sign_in.html",
        form=form,
        **_ways_in(),
        domains=domain_store.sign_in_domains(services.rows),
        is_new=setup.is_open(services.rows),
    )


def _ways_in() -> dict[str, bool]:
    """People sign in with the platform that is enabled; local accounts always can."""
    platform = platforms.enabled(services.rows)
    is_known = services.microsoft365.is_configured
    return {
        "has_microsoft": platform is Platform.MICROSOFT_365 and is_known,
        "has_google": platform is Platform.GOOGLE_WORKSPACE,
    }


@bp.post("/signin")
@public
def sign_in_with_password() -> Answer:
    form = SignInForm(request.form)
    try:
        form.check()
        own = store.local_user(services.rows, form.address.data)
        limit_guesses(form.address.data, owner=own.id if own else None)
        user = sign_in.with_password(
            act(),
            form.address.data,
            form.password.data,
        )
    except Invalid as refusal:
        return _sign_in_page(form.refuse(refusal)), 422
    except TooMany as refusal:
        later = {"Retry-After": str(math.ceil(refusal.retry_after or 0))}
        return _sign_in_page(form.refuse(Invalid(str(refusal)))), refusal.status, later
    endpoint, arguments = wished_place()
    visits.begin(user, take_zone=partial(own_zone.take, services.rows, user))
    return redirect(url_for(endpoint, **arguments), 303)


@bp.get("/signin/confirmation")
@signed_in
def confirm_identity() -> str:
    """Ask who it is, and then whether to do what waited for the answer."""
    waiting = carried_changes.waiting()
    if waiting is None or fresh_sign_in.must_confirm():
        return _confirm_page(ConfirmForm())
    id, change = waiting
    return render_template(
        "users/carry_out.html",
        change=change,
        action=url_for(change.endpoint, **change.arguments),
        fields=[*change.fields, (carried_changes.FIELD, id)],
        back=url_for(fresh_sign_in.confirmed_place()),
    )


def _confirm_page(form: ConfirmForm) -> str:
    user = store.user(services.rows, current_user.id)
    client_id = services.microsoft365.config.client_id
    told = proofs.last(services.rows, client_id=client_id)
    return render_template(
        "users/confirm_identity.html",
        form=form,
        user=user,
        has_microsoft=user.object_id is not None and _ways_in()["has_microsoft"],
        tells_time=told is None or told.is_told,
        question=fresh_sign_in.asked_question(),
        is_kept=carried_changes.waiting() is not None,
        place=request.values.get("place", ""),
        back=url_for(fresh_sign_in.confirmed_place() if user.is_admin else "users.home"),
    )


@bp.post("/signin/confirmation")
@signed_in
def confirm_with_password() -> Answer:
    form = ConfirmForm(request.form)
    user = store.user(services.rows, current_user.id)
    try:
        form.check()
        limit_tries(f"sign-in-known:{user.id}", user.label, hits=20)
        sign_in.confirm_password(act(), user, form.password.data)
    except Invalid as refusal:
        return _confirm_page(form.refuse(refusal)), 422
    place = fresh_sign_in.place_after_proof()
    fresh_sign_in.prove_session(utc_now())
    if place != fresh_sign_in.CONFIRM:
        tell(UserFlash.CONFIRMED)
    return redirect(url_for(place), 303)


@bp.post("/signout")
@signed_in
def sign_out() -> AnyResponse:
    sign_in.sign_out(
        act(),
    )
    end_session()
    tell(UserFlash.SIGNED_OUT)
    response = redirect(url_for("users.sign_in_page"), 303)
    # Cookies are left out: that would sign people out of other programs on our domain.
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@bp.get("/invitations/<token>")
@public
def invitation(token: str) -> str:
    return render_template(
        "users/invitation.html",
        invitation=invitations.require_open(services.rows, token, utc_now()),
        token=token,
        **_ways_in(),
    )
