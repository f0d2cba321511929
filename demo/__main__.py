"""`python -m demo`: run practice tenant, portal and worker on this machine until Ctrl-C."""

import os
import signal
import sys
import time
from collections.abc import Sequence

from demo import launch
from demo.environment import Environment, WrongSetting, environment_from
from demo.old_folder import move_old_folder
from demo.practice_tenant import Refused
from demo.programs import NotStarted, Program, is_free, stop
from demo.seed_interview import schedule_interview
from portal.clock import utc_now
from portal.errors import PortalError

WELCOME = """
  Portal is at   {portal}
  The small Outlook  {sandbox}            the outside world  {sandbox}/outside

  Try this:
    1. Open {portal}, press "Sign in with Microsoft" and choose Priya Kaur.
    2. Under Settings, Microsoft 365, connect Priya's account and watch the first sync.
    3. Open the candidate Rosa Ortega. At {sandbox}/outside write to
       priya@northwind.example as Rosa: it arrives while you look.
    4. In the small Outlook, answer as Priya from talent@northwind.example. It stays away
       until Settings, Email includes that alias.
    5. As Alex Berg, who administers, open Integrations, Microsoft 365, and connect the
       whole organization. Then preview its people and import them: Portal syncs the email
       of those who recruit. Alex also sees Users, Audit log and Jobs.
    6. Under Interviews, Alex scheduled one with Mei Tanaka. Priya and Kim are invited: accept
       as Priya in the small Outlook's calendar, or as Mei in the outside world.
    7. At {sandbox}/admin-center, add 73 people and more than a hundred groups to
       the organization.

  Ctrl-C stops everything. What was done is kept in {folder};
  remove that folder to start again.
"""

MOVED = """
The demo was last started with another version of Portal, whose database this one cannot
read. That folder is kept as {aside};
the demo starts again in {folder}.
"""


def main() -> int:
    signal.signal(signal.SIGTERM, _as_ctrl_c)
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, _as_ctrl_c)
    programs: list[Program] = []
    try:
        environment = environment_from(os.environ)
        _require_free_ports(environment)
        _set_old_folder_aside(environment)
        print("Starting the practice tenant, Portal and a worker ...", flush=True)
        if launch.start_demo(environment, programs):
            schedule_interview(environment)
        welcome = WELCOME.format(
            portal=environment.portal, sandbox=environment.sandbox, folder=environment.folder
        )
        print(welcome, flush=True)
        return watch(programs)
    except (NotStarted, WrongSetting, Refused, PortalError) as refusal:
        print(f"\n{refusal}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopping ...", flush=True)
        return 0
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second Ctrl-C must not leave one running
        stop(programs)


def _as_ctrl_c(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


def _require_free_ports(environment: Environment) -> None:
    for name, port in (
        ("PORTAL_PORT", environment.portal_port),
        ("SANDBOX_PORT", environment.sandbox_port),
    ):
        if not is_free(port):
            raise WrongSetting(
                f"Port {port} is taken by another program. Stop that, or choose another port: "
                f"{name}={port + 1} make demo"
            )


def _set_old_folder_aside(environment: Environment) -> None:
    aside = move_old_folder(environment.folder, now=utc_now())
    if aside is not None:
        print(MOVED.format(folder=environment.folder, aside=aside), flush=True)


def watch(programs: Sequence[Program]) -> int:
    while True:
        time.sleep(0.5)
        for program in programs:
            if program.has_died:
                print(
                    f"\nThe {program.name} stopped, so the demo ends. It said:\n"
                    f"{program.last_words()}\nThe whole log is {program.log}.",
                    file=sys.stderr,
                )
                return 1


if __name__ == "__main__":
    sys.exit(main())
