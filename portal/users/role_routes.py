"""The page that shows what each role may do, drawn from the routes themselves."""

from flask import Blueprint, current_app, render_template

from portal.users import role_texts
from portal.users.models import Role
from portal.web.access import Access, access_of, admin_only

bp = Blueprint("roles", __name__)
# The lowest role that a marker lets in.
ROLES = {
    Access.SIGNED_IN: Role.LIMITED,
    Access.MEMBER_ONLY: Role.MEMBER,
    Access.ADMIN_ONLY: Role.ADMIN,
}


@bp.get("/admin/users/roles")
@admin_only
def roles() -> str:
    marked = [
        (rule.rule, access_of(current_app, rule.endpoint))
        for rule in current_app.url_map.iter_rules()
    ]
    routes = [(rule, ROLES[access]) for rule, access in marked if access in ROLES]
    return render_template(
        "users/roles.html", abilities=role_texts.abilities(routes), roles=list(Role)
    )
