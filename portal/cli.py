"""flask --app wsgi …: a line or two each, calling a topic."""

import click
from email_validator import EmailNotValidError, validate_email
from flask import Flask, current_app
from flask.cli import with_appcontext
from tqdm import tqdm

from portal.clock import utc_now
from portal.email import wording
from portal.email.models import SyncStatus
from portal.errors import Invalid, PortalError
from portal.services import Services
from portal.users import setup
from portal.worker import foreground, loop


def add_commands(app: Flask) -> None:
    for command in (migrate, make_admin, worker, sync):
        app.cli.add_command(command)


@click.command()
@with_appcontext
def migrate() -> None:
    """Bring the database up to this program; every start does it too."""
    # Whoever got here has started the portal, which has migrated.
    click.echo(f"{_services().config.database_file} is up to date.")


@click.command("make-admin")
@click.argument("address")
@click.option("--name", default="Administrator", show_default=True, help="Shown on pages.")
@click.password_option(help="Asked for when it is not given.")
@with_appcontext
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


@click.command()
def worker() -> None:
    """Do what is due, until Ctrl-C or SIGTERM. Any number of workers may run."""
    loop.run_until_told(_services())


@click.command()
@click.argument("address")
def sync(address: str) -> None:
    """Sync one mailbox now, and show how far it is."""
    with tqdm(unit=" messages", disable=None) as bar:

        def show(status: SyncStatus) -> None:
            bar.set_description(wording.stage(status.stage))
            bar.total = status.total_count
            bar.update(status.looked_count - bar.n)

        try:
            status = foreground.sync(_services(), address, show)
        except PortalError as refusal:
            raise click.ClickException(str(refusal)) from refusal
    kept = wording.messages(status.kept_count)
    click.echo(f"{address} is synced: {kept} with candidates so far.")


def _services() -> Services:
    services: Services = current_app.extensions["portal"]
    return services
