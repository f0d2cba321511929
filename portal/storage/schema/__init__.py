"""Every table of the first migration, one file for each subject, in the order of creation.

PostgreSQL wants a table to exist before another refers to it, so the order matters.
"""

from portal.storage.schema import (
    audit,
    candidates,
    directory,
    email,
    flows,
    google,
    installation,
    microsoft365,
    rooms,
    users,
)
from portal.storage.schema.engines import Statements

SUBJECTS = (
    *(installation, users, audit, flows, microsoft365, google),
    *(candidates, email, directory, rooms),
)
SCHEMA: Statements = tuple(each for subject in SUBJECTS for each in subject.STATEMENTS)
