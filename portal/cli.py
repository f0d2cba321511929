"""flask --app wsgi …: a line or two each, calling a topic."""

from pathlib import Path

import click
from email_validator import EmailNotValidError
from flask import Flask, current_app
from flask.cli import with_appcontext
from tqdm import tqdm

from portal.addresses import checked
from portal.clock import utc_now
from portal.config import Config, instance_folder, read_environment
from portal.diagnostics import remote_checks as diagnostics
from portal.diagnostics.models import Check, Verdict
from portal.email.models import SyncStatus
from portal.email_settings import texts
from portal.errors import Invalid, PortalError
from portal.services import Services
from portal.upkeep import backups, key_rotation
from portal.users import setup
from portal.web import limit_store
from portal.wording import counted, counted_or_no, verb
from portal.worker import foreground, loop


def add_commands(app: Flask) -> None:
    for command in (migrate, make_admin, worker, sync, doctor, backup, restore, rotate_keys):
        app.cli.add_command(command)


@click.command()
@with_appcontext
def migrate() -> None:
    """Bring the database up to this program; every start does it too."""
    # Portal has started to get here, and every start migrates.
    click.echo(f"{_services().config.database_file} is up to date.")


@click.command("make-admin")
@click.argument("address")
@click.option("--name", default="Administrator", show_default=True, help="Shown on pages.")
@click.password_option(help="Asked for when it is not given.")
@with_appcontext
def make_admin(address: str, name: str, password: str) -> None:
    """Make a person an administrator with a local password; an unknown address is added.

    Forgets the wrong guesses so far, so that the new password is taken at once.
    """
    try:
        first = setup.FirstAdmin(name=name, address=checked(address), password=password)
        user, is_new = setup.make_admin(_services().rows, first, now=utc_now())
        with _services().rows.write():
            limit_store.delete_of_sign_in(_services().rows)
    except (Invalid, EmailNotValidError) as refusal:
        raise click.ClickException(str(refusal)) from refusal
    click.echo(
        f"{user.address} is now an administrator."
        if is_new
        else f"{user.address} is an administrator with a new password; old sessions are ended."
    )
    click.echo(f"Sign in at {_services().config.base_url}/signin as {user.sign_in_address}")


@click.command()
def worker() -> None:
    """Do what is due, until Ctrl-C or SIGTERM. Any number of workers may run."""
    loop.run_until_told(_services())


@click.command()
@click.argument("address")
def sync(address: str) -> None:
    """Sync one mailbox now, and show how far it is.

    ADDRESS is any address of the mailbox, or the owner's user name at Microsoft.
    """
    with tqdm(unit=" messages", disable=None) as bar:

        def show(status: SyncStatus) -> None:
            bar.set_description(texts.stage(status.stage))
            bar.total = status.total_count
            bar.update(status.read_count - bar.n)

        try:
            status = foreground.sync(_services(), address, show)
        except PortalError as refusal:
            raise click.ClickException(str(refusal)) from refusal
    kept = counted_or_no(foreground.kept_count(_services(), status), "message")
    click.echo(f"{address} is synced: {kept} with candidates so far.")


@click.command()
@click.option("--quiet", is_flag=True, help="One line for each thing that needs a person.")
@with_appcontext
def doctor(quiet: bool) -> None:
    """Look at every part, ask Microsoft by a real read of each, and say what cures it."""
    found = diagnostics.examine(_services())
    if quiet:
        _say_what_failed(found)
        return
    for check in found:
        click.echo(f"{check.verdict:8}{check.name}: {check.found}")
        if check.cure:
            click.echo(f"        {check.cure}")
    count = sum(check.verdict is Verdict.FAILED for check in found)
    if count:
        raise click.ClickException(f"{count} failed.")


def _say_what_failed(found: list[Check]) -> None:
    """Print nothing while all is well, so that a timer's log and exit code tell enough."""
    bad = [check for check in found if check.verdict is Verdict.FAILED]
    for check in bad:
        click.echo(" ".join(f"{check.name}: {check.found} {check.cure}".split()))
    if bad:
        raise SystemExit(1)


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@with_appcontext
def backup(path: Path) -> None:
    """Copy the rows into a new file, while web and workers run. The keys are not in it."""
    services = _services()
    try:
        taken = backups.back_up(services, path, now=utc_now())
    except PortalError as refusal:
        raise click.ClickException(str(refusal)) from refusal
    people = counted_or_no(taken.people, "person")
    messages = counted_or_no(taken.messages, "message")
    click.echo(f"{path} holds {people} and {messages} ({taken.size / 1e6:.1f} MB).")
    click.echo("You alone can read it.")
    click.echo(
        f"The keys are not in it: keep {services.config.token_keys_file} too, in another place. "
        "Together they open every connected mailbox; without them everybody has to connect again."
    )


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Even while web or workers run.")
@click.option("--disconnect", is_flag=True, help="Everybody connects again: the keys are lost.")
def restore(path: Path, force: bool, disconnect: bool) -> None:
    """Put a backup in place of the present rows, which are kept beside them. Sends nothing."""
    try:
        environ = read_environment()
        backups.require_folder(instance_folder(environ))
        backups.require_file(path)
        config = Config.from_environment(environ)
        done = backups.restore(config, path, now=utc_now(), is_forced=force, disconnects=disconnect)
    except PortalError as refusal:
        raise click.ClickException(str(refusal)) from refusal
    click.echo(f"{config.database_file} holds the rows of {path} now.")
    if done.aside:
        click.echo(f"Those of before are in {done.aside}.")
    if done.lapsed:
        click.echo(f"To be connected again: {', '.join(done.lapsed)}.")
    click.echo(
        "Everybody is signed out and open invitations are withdrawn. Roles and who may sign in are "
        "as they were in the backup: look through Users before you tell people that it is back."
    )


@click.command("rotate-keys")
@with_appcontext
def rotate_keys() -> None:
    """Seal every stored secret with the first key of the token keys file."""
    services = _services()
    file = services.config.token_keys_file
    with tqdm(unit=" rows", disable=None) as bar:
        done = key_rotation.rotate(services, now=utc_now(), tell=bar.update)
    secrets = f"{counted(done.count, 'stored secret')} {verb(done.count, 'was', 'were')}"
    click.echo(f"{secrets} sealed with the first key of {file}.")
    if services.vault.key_count == 1:
        click.echo("It is the only key there. To change it, put a new one into the line above it.")
    else:
        click.echo(f"The old keys may be removed from {file}: nothing needs them any more.")
    if done.lapsed:
        raise click.ClickException(
            f"No key opened what was stored for {', '.join(done.lapsed)}. It was not used and is "
            "wiped; these people have to connect again."
        )


def _services() -> Services:
    services: Services | None = current_app.extensions.get("portal")
    if services is None:
        raise click.ClickException(
            f"There is no portal in {instance_folder(read_environment())}. Correct "
            "PORTAL_INSTANCE, or start web or a worker with it first. Nothing was made."
        )
    return services
