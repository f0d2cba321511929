"""The changes that a page asks about before it makes them: their words, and what they do."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from portal.audit.act import Act
from portal.flash_texts import Flash
from portal.interviews.changes import consequences, retries, withdrawals
from portal.interviews.changes.consequences import Known
from portal.interviews.changes.forms import WithdrawalForm
from portal.interviews.flash_texts import InterviewFlash
from portal.interviews.models import Interview, State


class Requires(Protocol):
    def __call__(self, interview: Interview, *, now: datetime) -> None: ...


@dataclass(frozen=True)
class Question:
    """`require` raises Conflict if the change is not possible now; `said` says what it does.

    `quiet_button` is the button where nobody has an invitation, and so nobody gets mail.
    """

    title: str
    button: str
    keep: str
    require: Requires
    said: Callable[[Known], list[str]]
    do: Callable[[Act, str, WithdrawalForm], Interview]
    done: Callable[[Interview], Flash]
    is_dangerous: bool = True
    has_comment: bool = False
    quiet_button: str = ""

    def of(self, found: Known) -> "Question":
        """The question about this interview. Words go only to people with an invitation."""
        if found.invited:
            return self
        return replace(self, has_comment=False, button=self.quiet_button or self.button)


def _cancel(act: Act, interview_id: str, form: WithdrawalForm) -> Interview:
    comment = form.comment.data or ""
    return withdrawals.cancel(act, interview_id, version=form.seen_version, comment=comment)


def _cancelled(interview: Interview) -> Flash:
    if interview.state is State.CANCELLED:
        return InterviewFlash.CANCELLED.of(label=interview.label)
    return InterviewFlash.CANCELLING.of(label=interview.label)


def _find_time(act: Act, interview_id: str, form: WithdrawalForm) -> Interview:
    comment = form.comment.data or ""
    return withdrawals.find_time(act, interview_id, version=form.seen_version, comment=comment)


def _taken_off(interview: Interview) -> Flash:
    return InterviewFlash.TAKEN_OFF.of(label=interview.label)


def _try_again(act: Act, interview_id: str, form: WithdrawalForm) -> Interview:
    return retries.try_again(act, interview_id, version=form.seen_version, override=form.overrides)


def _tries_again(interview: Interview) -> Flash:
    return InterviewFlash.TRIED_AGAIN.of(label=interview.label)


def _invite_again(act: Act, interview_id: str, form: WithdrawalForm) -> Interview:
    return retries.invite_again(act, interview_id, version=form.seen_version)


def _invites_again(interview: Interview) -> Flash:
    return InterviewFlash.INVITED_AGAIN.of(label=interview.label)


def _discard(act: Act, interview_id: str, form: WithdrawalForm) -> Interview:
    return retries.discard(act, interview_id, version=form.seen_version)


def _discarded(interview: Interview) -> Flash:
    return InterviewFlash.DISCARDED.of(label=interview.label)


QUESTIONS = {
    "cancel": Question(
        title="Cancel this interview?",
        button="Cancel and tell everybody",
        quiet_button="Cancel the interview",
        keep="Keep the interview",
        require=withdrawals.require_cancellable,
        said=consequences.of_cancelling,
        do=_cancel,
        done=_cancelled,
        has_comment=True,
    ),
    "find-time": Question(
        title="Find another time?",
        button="Take it off the calendar",
        keep="Keep the time",
        require=withdrawals.require_postponable,
        said=consequences.of_finding_time,
        do=_find_time,
        done=_taken_off,
        has_comment=True,
    ),
    "retry": Question(
        title="Try again?",
        button="Try again",
        keep="Back to the interview",
        require=retries.require_retriable,
        said=consequences.of_trying_again,
        do=_try_again,
        done=_tries_again,
        is_dangerous=False,
    ),
    "invite-again": Question(
        title="Invite everybody again?",
        button="Invite everybody again",
        keep="Back to the interview",
        require=retries.require_inviting_again,
        said=consequences.of_new_events,
        do=_invite_again,
        done=_invites_again,
        is_dangerous=False,
    ),
    "discard": Question(
        title="Discard this interview?",
        button="Discard",
        keep="Back to the interview",
        require=retries.require_discardable,
        said=consequences.of_discarding,
        do=_discard,
        done=_discarded,
    ),
}
