"""The cast of the demo desk: invented people with European names."""

from __future__ import annotations

import random
import unicodedata
from dataclasses import dataclass, field
from typing import Any

from demo.world import BASE, PROVIDERS

_NAMES = """
Giulia Alessandro Chiara Matteo Francesca Lorenzo Elena Davide Martina Simone|Rossetti Bianchini Moretti Colombo
Ferrante Galli Marchetti Rinaldi Serafini Valentini
Anna Lukas Katharina Jonas Hannah Felix Sabine Matthias Lena Tobias|Brandt Hoffmann Keller Lindner Schuster Vogel
Winkler Zimmermann Böhm Krüger
Camille Antoine Élodie Julien Margaux Thibault Claire Mathieu Inès Baptiste|Delacroix Fontaine Girard Lemoine Marchand
Perrin Renaud Vasseur Besnard Chevalier
Lucía Javier Carmen Álvaro Marta Diego Nuria Pablo Irene Sergio|Ortega Navarro Castaño Ibáñez Romero Vidal Herrero
Cabrera Molina Prieto
Sanne Bram Femke Joris Lieke Thijs Marieke Pieter Eva Wouter|Vermeulen Jansen Dekker Hendriks Willems Smit Bakker
Claes Peeters Maes
Agnieszka Piotr Magdalena Tomasz Katarzyna Jakub Ewa Marcin Zofia Krzysztof|Nowicka Wójcik Kamiński Zieliński Szymańska
Dąbrowski Lis Mazur Pawlak Sikora
Freja Emil Astrid Magnus Ingrid Oskar Sofie Lars Maja Henrik|Nygaard Lindqvist Bergström Halvorsen Sørensen Dahl
Eklund Virtanen Koskinen Nieminen
Eleni Nikos Maria Giorgos Ana Mihai Ioana Andrei Petra Luka|Papadakis Georgiou Nikolaidis Ionescu Popa Marinescu
Horvat Novak Kovač Dimitrov
Aoife Ciarán Niamh Owen Harriet Rhys Fiona Callum Eilidh Declan|Gallagher Byrne Ashworth Pritchard Mackenzie Fraser
Doyle Kavanagh Whitlock Thorne
"""


@dataclass(frozen=True)
class Person:
    """Somebody with a Jira account."""

    name: str
    display: str
    domain: str

    def value(self) -> dict[str, Any]:
        """The person as Data Center writes them."""
        return {
            "self": f"{BASE}/rest/api/2/user?username={self.name}", "name": self.name, "key": self.name,
            "emailAddress": f"{self.name}@{self.domain}", "displayName": self.display, "active": True,
            "timeZone": "Europe/Rome",
        }  # fmt: skip


AUTOMATION = Person("automation", "Automation for Jira", "desp.example.org")
ADMIN = Person("jira.admin", "Jira Administrator", "desp.example.org")


@dataclass
class Cast:
    """Who does what: agents take tickets in, champions solve them, providers' people work on clones, users ask."""

    agents: list[Person] = field(default_factory=list)
    champions: list[Person] = field(default_factory=list)
    developers: list[Person] = field(default_factory=list)
    operators: list[Person] = field(default_factory=list)
    security: list[Person] = field(default_factory=list)
    users: list[Person] = field(default_factory=list)
    providers: dict[str, list[Person]] = field(default_factory=dict)


def cast(seed: int) -> Cast:
    """The people of the desk, the same for the same seed; no name occurs twice."""
    rng = random.Random(f"people {seed}")
    pool = _pool(rng)

    def take(count: int, domain: str) -> list[Person]:
        return [_person(pool.pop(), domain) for _ in range(count)]

    desk = "desp.example.org"
    return Cast(
        take(6, desk), take(7, desk), take(6, desk), take(5, desk), take(4, desk),
        take(300, "users.example.eu"),
        {name: take(4, f"{name.split()[0].lower()}.example.com") for name in PROVIDERS},
    )  # fmt: skip


def names(rng: random.Random, count: int) -> list[str]:
    """So many full names, none twice."""
    return _pool(rng)[:count]


def _pool(rng: random.Random) -> list[str]:
    blocks = [block.split() for block in _NAMES.split("|")]
    # Blocks alternate: given names, then (family names of that country + given names of the next).
    given = [blocks[0]] + [block[10:] for block in blocks[1:-1]]
    family = [block[:10] for block in blocks[1:]]
    full = [
        f"{first} {last}" for firsts, lasts in zip(given, family, strict=True) for first in firsts for last in lasts
    ]
    rng.shuffle(full)
    return full


def _person(display: str, domain: str) -> Person:
    plain = (
        unicodedata.normalize("NFKD", display.replace("ł", "l").replace("ø", "o")).encode("ascii", "ignore").decode()
    )
    return Person(plain.lower().replace(" ", "."), display, domain)
