"""The name of the organization that uses this portal."""

from portal.audit.act import Act
from portal.audit.actions import Action
from portal.storage.settings import ORGANIZATION_NAME, save_setting, setting


def change(act: Act, name: str) -> None:
    """Name the organization. Does nothing if that is its name."""
    with act.rows.write():
        before = setting(act.rows, ORGANIZATION_NAME)
        if before == name:
            return
        save_setting(act.rows, ORGANIZATION_NAME, name)
        act.record(Action.ORGANIZATION_NAMED, "this portal", old=before, new=name)
