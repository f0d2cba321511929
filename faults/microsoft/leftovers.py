"""What may not stay once Microsoft 365 is disabled."""

from faults.harness.fault_run import FaultRun

TABLES = (
    "connections",
    "consents",
    "consent_roles",
    "subscriptions",
    "feature_uses",
    "organization_feature_uses",
)


def left_open(run: FaultRun, sealed: list[bytes]) -> list[str]:
    """Rows that open a mailbox, and `sealed` tokens in the database's files."""
    wrong = [f"{table} kept rows" for table in TABLES if run.value(f"select count(*) from {table}")]
    files = run.services.config.database_file
    for path in sorted(files.parent.glob(files.name + "*")):
        text = path.read_bytes()
        if any(token in text for token in sealed):
            wrong.append(f"a sealed token stayed in {path.name}")
    return wrong
