"""The page on which people see and end their sessions, and change a local password."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.clock import utc_now
from portal.errors import Invalid, TooMany
from portal.users import own_sign_in, store
from portal.users.forms import PasswordForm
from portal.users.models import User
from portal.users.role_texts import UserFlash
from portal.web.access import signed_in
from portal.web.act import act
from portal.web.current import current_user, services
from portal.web.flashes import tell
from portal.web.limits import limit_tries
from portal.web.security import session_hash
from portal.wording import counted, verb

bp = Blueprint("own_sign_in", __name__)
Answer = Response | tuple[str, int]


@bp.get("/settings/sign-in")
@signed_in
def sign_in_page() -> str:
    return _page(PasswordForm())


def _page(form: PasswordForm) -> str:
    return render_template(
        "users/own_sign_in.html",
        form=form,
        user=_user(),
        sessions=own_sign_in.own_sessions(
            services.rows,
            services.config,
            current_user.id,
            this=session_hash(),
            now=utc_now(),
        ),
    )


def _user() -> User:
    return store.user(services.rows, current_user.id)


@bp.post("/settings/sign-in/sessions/<name>/ending")
@signed_in
def end_session(name: str) -> Response:
    if own_sign_in.end_one(act(), _user(), name, this=session_hash()):
        tell(UserFlash.SESSION_ENDED)
    else:
        tell(UserFlash.SESSION_OVER)
    return _back()


@bp.post("/settings/sign-in/sessions/ending")
@signed_in
def end_other_sessions() -> Response:
    count = own_sign_in.end_others(act(), _user(), this=session_hash())
    if count:
        sessions, were = counted(count, "other session"), verb(count, "was", "were")
        tell(UserFlash.OTHERS_ENDED.of(sessions=sessions, were=were))
    else:
        tell(UserFlash.NO_OTHERS)
    return _back()


@bp.post("/settings/sign-in/password")
@signed_in
def change_password() -> Answer:
    form, user = PasswordForm(request.form), _user()
    try:
        form.check()
        limit_tries(f"sign-in-known:{user.id}", user.label, hits=20)
        own_sign_in.change_password(
            act(), user, present=form.present.data, new=form.password.data, this=session_hash()
        )
    except Invalid as refusal:
        return _page(form.refuse(refusal)), 422
    except TooMany as refusal:
        return _page(form.refuse(Invalid(str(refusal)))), refusal.status
    tell(UserFlash.SIGN_IN_CHANGED)
    return _back()


def _back() -> Response:
    return redirect(url_for("own_sign_in.sign_in_page"), 303)
