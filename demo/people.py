"""The people of the demo, all fictional."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Person:
    name: str
    address: str
    headline: str = ""

    @property
    def mailbox(self) -> str:
        return f"{self.name} <{self.address}>"


PRIYA = Person("Priya Kaur", "priya@northwind.example")
TALENT = Person("Priya Kaur", "talent@northwind.example")
P_KAUR = Person("Priya Kaur", "p.kaur@northwind.example")
ALEX = Person("Alex Berg", "alex@northwind.example")
KIM = Person("Kim Lund", "kim@northwind.example")
SAM = Person("Sam Reed", "sam@northwind.example")

ROSA = Person("Rosa Ortega", "rosa.ortega@mail.example", "Backend engineer")
MEI = Person("Mei Tanaka", "mei.tanaka@post.example", "Product designer")
TOMAS = Person("Tomás Silva", "tomas.silva@mail.example", "Data engineer")
AMINA = Person("Amina Diallo", "amina.diallo@mail.example", "Engineering manager")
JONAS = Person("Jonas Weber", "jonas.weber@mail.example", "Site reliability engineer")
LEILA = Person("Leila Haddad", "leila.haddad@mail.example", "Frontend engineer")

CANDIDATES = (ROSA, MEI, TOMAS, AMINA, JONAS, LEILA)
COLLEAGUES = (ALEX, KIM, SAM)
EVERYBODY = (PRIYA, TALENT, P_KAUR, *COLLEAGUES, *CANDIDATES)
