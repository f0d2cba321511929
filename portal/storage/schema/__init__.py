"""Every table of the first migration, one file for each subject, in the order of creation.

PostgreSQL wants a table to exist before another table or a view refers to it, so the order
matters. A file belongs to the package of the same name, which alone reads and writes its tables.
Other packages read its views, which publish what they need.
"""

from portal.storage.schema import (
    audit,
    calendars,
    candidates,
    directory,
    email,
    flows,
    google,
    microsoft365,
    storage,
    subscriptions,
    users,
    web,
    worker,
)
from portal.storage.schema.engines import Statements

SUBJECTS = (
    *(users, storage, web, worker, audit, flows, subscriptions, microsoft365),
    *(google, candidates, email, directory, calendars),
)
SCHEMA: Statements = tuple(each for subject in SUBJECTS for each in subject.STATEMENTS)
