"""What a simulated desk does, as data: one TOML file in demo/plans a desk."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

Weights = Mapping[str, float]


@dataclass(frozen=True)
class Node:
    """A point on a ticket's way. Coming there sets `set` and what is drawn from `choose`; with `people` somebody takes the
    ticket; by whom the move is made (`by`), and how likely a public word follows (`says`). `dates` get the day's date;
    `eta`: a date so many days ahead is set; `score`: what the user gives, with the chance `scored`."""

    set: Mapping[str, str] = field(default_factory=dict)
    choose: Mapping[str, Weights] = field(default_factory=dict)
    by: str = "staff"
    people: bool = False
    says: float = 0.0
    dates: tuple[str, ...] = ()
    eta: tuple[int, int] | None = None
    score: Weights = field(default_factory=dict)
    scored: float = 0.0


@dataclass(frozen=True)
class Kind:
    """A kind of ticket: in which project, what its keys begin with, how many of all, where its way begins, what it is
    about, and where it goes: node → (next node, weight, working hours)."""

    project: str
    prefix: str
    share: float
    start: str
    choose: Mapping[str, Weights]
    about: list[str]
    moves: Mapping[str, list[tuple[str, float, float]]]


@dataclass(frozen=True)
class Plan:
    """A desk: how many tickets in how many months, in which zone, its people, the kinds of its tickets, the nodes."""

    tickets: int
    months: int
    zone: str
    staff: int
    users: int
    kinds: list[Kind]
    nodes: Mapping[str, Node]


def plan_names() -> list[str]:
    """The profiles that have a simulated desk of this sort."""
    return sorted(p.name.removesuffix(".toml") for p in files("demo.plans").iterdir() if p.name.endswith(".toml"))


def load_plan(name: str) -> Plan:
    """The plan of that profile's desk."""
    raw = tomllib.loads((files("demo.plans") / f"{name}.toml").read_text(encoding="utf-8"))
    nodes = {
        key: Node(**{**node, "eta": tuple(node["eta"]) if "eta" in node else None}) for key, node in raw["node"].items()
    }
    return Plan(
        **{key: raw[key] for key in ("tickets", "months", "zone", "staff", "users")},
        kinds=[_kind(kind, raw) for kind in raw["kind"]],
        nodes=nodes,
    )


def _kind(kind: Mapping[str, Any], desk: Mapping[str, Any]) -> Kind:
    moves = {
        origin: [tuple(to) for to in targets] for origin, targets in kind.get("moves", desk.get("moves", {})).items()
    }
    return Kind(
        kind["project"],
        kind.get("prefix", kind["project"] + "-"),
        kind["share"],
        kind["start"],
        desk.get("choose", {}) | kind.get("choose", {}),
        kind["about"],
        moves,
    )


def drawn(rng: random.Random, weights: Weights) -> str:
    """One of the values, by weight."""
    return rng.choices(list(weights), list(weights.values()))[0]
