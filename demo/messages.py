"""Priya's conversations with candidates, oldest message first."""

from dataclasses import dataclass, field

from demo.people import (
    AMINA,
    JONAS,
    LEILA,
    MEI,
    P_KAUR,
    PRIYA,
    ROSA,
    SAM,
    TALENT,
    TOMAS,
    Person,
)


@dataclass(frozen=True)
class Message:
    """One message; `days_ago` counts working days, `clock` is its time of day."""

    days_ago: int
    clock: str
    sender: Person
    to: Person
    text: str
    cc: tuple[Person, ...] = ()
    attachment: tuple[str, str] | None = field(default=None)


@dataclass(frozen=True)
class Conversation:
    subject: str
    messages: tuple[Message, ...]


ROSA_CV = """Rosa Ortega
Backend engineer, Valencia

2022 - today   Payments team at a parcel company. Moved the ledger from nightly batches to events.
2018 - 2022    Booking engine of a ferry line. Cut the slowest search from nine seconds to one.
2014 - 2018    Computer science, Universitat de València.
"""

CONVERSATIONS = (
    Conversation(
        "Backend engineer at Northwind",
        (
            Message(
                24, "09:12", ROSA, PRIYA,
                "Hello Priya,\n\nI saw that Northwind is looking for a backend engineer and would "
                "like to apply. My CV is attached.\n\nKind regards\nRosa",
                attachment=("Rosa Ortega CV.txt", ROSA_CV),
            ),
            Message(
                23, "10:40", PRIYA, ROSA,
                "Dear Rosa,\n\nthank you, that reads very well. Would you have half an hour this "
                "week for a first call?\n\nBest wishes\nPriya",
            ),
            Message(
                23, "12:05", ROSA, PRIYA,
                "Hi Priya,\n\nThursday after 14:00 or any time on Friday. I am in Valencia, so one "
                "zone with you.\n\nRosa",
            ),
            Message(
                22, "08:55", PRIYA, ROSA,
                "Thursday at 15:00 then. Sam, who leads the team, joins us.\n\nPriya",
                cc=(SAM,),
            ),
        ),
    ),
    Conversation(
        "After our call",
        (
            Message(
                20, "16:31", ROSA, PRIYA,
                "Hi Priya, hi Sam,\n\nthank you for the good conversation. The part about the "
                "nightly batch stayed with me: I have done that move once and would enjoy doing "
                "it again.\n\nRosa",
                cc=(SAM,),
            ),
            Message(
                17, "11:20", PRIYA, ROSA,
                "Hi Rosa,\n\nwe would like to go on. The next step is a working session of two "
                "hours with the team, on a small problem of ours.\n\nPriya",
            ),
        ),
    ),
    Conversation(
        "Question about the working session",
        (
            Message(
                9, "18:02", ROSA, TALENT,
                "Hello,\n\nshould I bring my own laptop for the working session, or do you have "
                "one with an editor I may break?\n\nRosa",
            ),
            Message(
                8, "09:15", TALENT, ROSA,
                "Hi Rosa,\n\nbring your own if you can, you will feel more at home.\n\nPriya",
            ),
        ),
    ),
    Conversation(
        "Travel to the working session",
        (
            Message(
                4, "13:47", ROSA, P_KAUR,
                "Hi Priya,\n\nSam gave me this address. My train arrives at 9:20, so I can be with "
                "you at 10. Does that work?\n\nRosa",
            ),
        ),
    ),
    Conversation(
        "Portfolio",
        (
            Message(
                31, "14:22", MEI, TALENT,
                "Hi,\n\nmy portfolio is at the usual place; the case about the tram app is the one "
                "I am proudest of.\n\nMei",
            ),
            Message(
                30, "09:05", PRIYA, MEI,
                "Hello Mei,\n\nthe tram case is lovely. Could you tell us on Tuesday how you "
                "tested it with people who do not see well?\n\nPriya",
            ),
            Message(
                30, "09:51", MEI, PRIYA,
                "With pleasure. I will bring the recordings.\n\nMei",
            ),
            Message(
                21, "17:30", PRIYA, MEI,
                "Dear Mei,\n\nthe team enjoyed the afternoon with you. You will hear from us this "
                "week.\n\nPriya",
            ),
        ),
    ),
    Conversation(
        "Data engineer: salary and start",
        (
            Message(
                45, "10:10", TOMAS, PRIYA,
                "Hi Priya,\n\nbefore we go on, two things: I could start in March, and I look for "
                "four days a week.\n\nTomás",
            ),
            Message(
                44, "15:25", PRIYA, TOMAS,
                "Hi Tomás,\n\nboth are possible. I send you our bands by Monday.\n\nPriya",
            ),
            Message(41, "08:12", TOMAS, PRIYA, "Thank you, that helps me decide.\n\nTomás"),
        ),
    ),
    Conversation(
        "Conversation with the directors",
        (
            Message(
                15, "11:11", AMINA, PRIYA,
                "Dear Priya,\n\nI can do the 3rd or the 5th. Whom will I meet?\n\nAmina",
            ),
            Message(
                14, "12:34", PRIYA, AMINA,
                "Dear Amina,\n\nthe 5th: Alex, and Sam as your possible colleague.\n\nPriya",
            ),
            Message(6, "19:40", AMINA, PRIYA, "That was a good talk. Thank you all.\n\nAmina"),
        ),
    ),
    Conversation(
        "On-call",
        (
            Message(
                12, "07:58", JONAS, TALENT,
                "Good morning,\n\nhow often is somebody on call at night, and what woke them last "
                "month?\n\nJonas",
            ),
            Message(
                11, "10:02", TALENT, JONAS,
                "Hi Jonas,\n\nevery sixth week, and last month: nothing. Sam can show you."
                "\n\nPriya",
                cc=(SAM,),
            ),
        ),
    ),
    Conversation(
        "Frontend position",
        (
            Message(
                3, "16:05", LEILA, PRIYA,
                "Hello,\n\nis the frontend position still open? A friend in your team told me "
                "about it.\n\nLeila Haddad",
            ),
            Message(2, "09:30", PRIYA, LEILA, "Hello Leila,\n\nit is. Tell me about you!\n\nPriya"),
        ),
    ),
)  # fmt: skip  # a message is read from left to right
