"""Messages that Portal must leave alone: from colleagues, newsletters and machines."""

import random
from collections.abc import Iterator

from demo.messages import Conversation, Message
from demo.people import COLLEAGUES, PRIYA, TALENT, Person

TOPICS = (
    ("Lunch on {day}?", "The place by the harbour has a new menu. {day} at 12:30?"),
    ("Headcount for {team}", "Could you look over the numbers for {team} before {day}?"),
    ("Room for {day}", "The big room is taken on {day}. I booked the small one for {team}."),
    ("Notes from {day}", "The notes are in the usual folder; {team} has two open points."),
    ("{team}: job posting", "I changed the second paragraph. Is it good to go on {day}?"),
    ("Holiday", "I am away from {day} on and back a week later. {team} knows."),
    ("Agenda for {day}", "Three points: {team}, the budget, and the party in December."),
    ("Question about {team}", "Who decides on the next round for {team}? I am free on {day}."),
)
ANSWERS = ("Fine with me.", "Thank you!", "Let me think about it until tomorrow.", "Done.", "Yes.")
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
TEAMS = ("Payments", "Design", "Platform", "Data", "Support")
SENDERS = (
    Person("Recruiting Weekly", "letters@recruiting-weekly.example"),
    Person("Harbour Canteen", "menu@canteen.example"),
    Person("Job Board North", "no-reply@jobboard.example"),
    Person("Northwind Intranet", "intranet@northwind.example"),
    Person("City Library", "notices@library.example"),
)
NEWS = (
    ("This week: {team}", "Five things to read about {team}, and one to leave out."),
    ("Your digest for {day}", "Three new entries since {day}. Sign in to read them."),
    ("Reminder for {day}", "This is a reminder. Nothing needs to be done before {day}."),
    ("New in {team}", "What changed in {team} this month, in two minutes."),
)


def colleagues(count: int, *, seed: int = 1) -> Iterator[Conversation]:
    """Yield conversations of one to three messages with colleagues."""
    dice = random.Random(seed)  # noqa: S311  # the same mailbox each time, not a secret
    for _ in range(count):
        subject, text = _filled(dice, TOPICS)
        colleague, days = dice.choice(COLLEAGUES), dice.randint(1, 110)
        first = Message(days, _clock(dice, 8, 11), colleague, PRIYA, f"Hi Priya,\n\n{text}")
        answer = Message(days, _clock(dice, 12, 14), PRIYA, colleague, dice.choice(ANSWERS))
        last = Message(days, _clock(dice, 15, 18), colleague, PRIYA, dice.choice(ANSWERS))
        yield Conversation(subject, (first, answer, last)[: dice.randint(1, 3)])


def newsletters(count: int, *, seed: int = 2) -> Iterator[Conversation]:
    """Yield newsletters, some of them sent to an alias."""
    dice = random.Random(seed)  # noqa: S311  # the same mailbox each time, not a secret
    for _ in range(count):
        subject, text = _filled(dice, NEWS)
        to = TALENT if dice.random() < 0.2 else PRIYA
        message = Message(dice.randint(0, 110), _clock(dice, 0, 7), dice.choice(SENDERS), to, text)
        yield Conversation(subject, (message,))


def _filled(dice: random.Random, texts: tuple[tuple[str, str], ...]) -> tuple[str, str]:
    subject, text = dice.choice(texts)
    words = {"day": dice.choice(DAYS), "team": dice.choice(TEAMS)}
    return subject.format(**words), text.format(**words)


def _clock(dice: random.Random, first: int, last: int) -> str:
    return f"{dice.randint(first, last):02}:{dice.randint(0, 59):02}"
