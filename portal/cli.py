"""flask --app wsgi …: a line or two each, calling a topic."""

import click
from email_validator import EmailNotValidError, validate_email
from flask import Flask, current_app

from portal.clock import utc_now
from portal.errors import Invalid
from portal.services import Services
from portal.users import setup


def add_commands(app: Flask) -> None:
    for command in (migrate, make_admin):
        app.cli.add_command(command)


@click.command()
def migrate() -> None:
    """Bring the database up to this program; every start does it too."""
    # Whoever got here has started the portal, which has migrated.
    click.echo(f"{_services().config.database_file} is up to date.")


@click.command("make-admin")
@click.argument("address")
@click.option("--name", default="Administrator", show_default=True, help="Shown on pages.")
@click.password_option(help="Asked for when it is not given.")
def make_admin(address: str, name: str, password: str) -> None:
    """Make a local administrator, or give an existing one a new password."""
    try:
        plain = validate_email(address, check_deliverability=False).normalized
        first = setup.FirstAdmin(name=name, address=plain, password=password)
        user, is_new = setup.make_admin(_services().db, first, now=utc_now())
    except (Invalid, EmailNotValidError) as refusal:
        raise click.ClickException(str(refusal)) from refusal
    click.echo(
        f"{user.address} is now an administrator."
        if is_new
        else f"{user.address} is an administrator with a new password; old sessions are ended."
    )
    click.echo(f"Sign in at {_services().config.base_url}/signin")


def _services() -> Services:
    services: Services = current_app.extensions["portal"]
    return services
