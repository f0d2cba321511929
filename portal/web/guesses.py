"""How often somebody may try to get in; refusals stand in the audit log, a flood in few rows."""

from portal.web.known_browsers import known_user
from portal.web.limits import Noted, limit, peer_bucket

QUARTER = 15 * 60


def limit_guesses(address: str, *, owner: str | None) -> None:
    """Guesses are counted for the account, in all its spellings, and for where they come from.

    Who has signed in from this browser before is counted apart, so that nobody shuts them out.
    """
    account = address.strip().casefold()
    if owner is not None and known_user() == owner:
        limit_tries(f"sign-in-known:{owner}", account, hits=20)
        return
    limit_tries(f"sign-in-account:{account}", account, hits=20)
    limit_tries(f"sign-in-peer:{peer_bucket()}", account, hits=40)


def limit_tries(bucket: str, target: str, *, hits: int) -> None:
    limit(bucket, hits=hits, seconds=QUARTER, noted=Noted("sign-in refused", target))


def limit_departures() -> None:
    if known_user() is None:
        limit_tries(f"leave-for-microsoft:{peer_bucket()}", "Microsoft", hits=100)
