"""What the Email page says about a sync, in sentences. Pure."""

from portal.email.models import LeftOut, Reason, Stage

REASONS = {
    Reason.NO_CANDIDATE: "Nobody on the message is a candidate",
    Reason.ALIAS_OFF: "It went through an alias of yours that is off",
    Reason.ALIAS_BEFORE_START: "It is older than your choice for that alias",
    Reason.NOT_ADDRESSED: "You got it by Bcc or through a group only",
    Reason.FOLDER_LEFT_OUT: "It lies in Drafts, Deleted Items or Junk Email",
    Reason.VANISHED: "It was deleted before its text could be fetched",
    Reason.UNREADABLE: "Microsoft could not hand over its text",
}
STAGES = {
    Stage.WAITING: "Waiting for its turn",
    Stage.ADDRESSES: "Reading your addresses",
    Stage.FOLDERS: "Reading the list of your folders",
    Stage.HEADERS: "Looking through your messages",
    Stage.FOLLOWING: "Looking through your messages",
}


def reason(left_out: LeftOut) -> str:
    return REASONS.get(left_out.reason, "Another reason")


def stage(of: Stage) -> str:
    return STAGES[of]


def time_left(seconds: int | None) -> str:
    """`about 4 minutes left`; nothing precise, since it is an estimate."""
    if seconds is None:
        return "working out how long it takes"
    if seconds < 60:
        return "less than a minute left"
    if seconds < 90 * 60:
        minutes = round(seconds / 60)
        return f"about {minutes} {'minute' if minutes == 1 else 'minutes'} left"
    return f"about {round(seconds / 3600)} hours left"


def messages(count: int) -> str:
    """`1 message`, `1,204 messages`, `no messages`."""
    if count == 0:
        return "no messages"
    return f"{count:,} {'message' if count == 1 else 'messages'}"
