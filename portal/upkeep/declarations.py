"""Claims that a restore frees and sealed columns that a rotation walks, as owners declare them."""

from portal.email_domain import store as email_domain
from portal.flows import store as flows
from portal.google import store as google
from portal.microsoft365 import store as microsoft365
from portal.microsoft365.application import store as application_store
from portal.storage import carried_changes
from portal.worker.due import KINDS

FENCES = (*(kind.claims.fence for kind in KINDS), microsoft365.RENEWALS)
SEALED = (
    *(microsoft365.SEALED, flows.SEALED, application_store.SEALED, google.SEALED),
    *(email_domain.SEALED, carried_changes.SEALED),
)
