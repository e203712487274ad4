"""Values of the generated desk as SQL macros: each a function of the ticket's number and a place, hashed with the seed."""

from itertools import accumulate

from demo import world
from metrics.sql_text import literal

Shares = list[tuple[str, float]]
SLOTS = 200
AGENTS, USERS = 200, 20_000
AUTOMATION = "automation"

# Paths through the workflows and their shares; a pause is ON GOING, a reopening a move out of DONE.
PATHS = {
    "desk": [
        ("OPEN RECEIVED DONE CLOSED", 0.10),
        ("OPEN RECEIVED DELEGATED DONE CLOSED", 0.14),
        ("OPEN RECEIVED ON GOING RECEIVED DONE CLOSED", 0.12),
        ("OPEN RECEIVED TO DO|IN PROGRESS DONE CLOSED", 0.32),
        ("OPEN RECEIVED TO DO|IN PROGRESS ON GOING IN PROGRESS DONE CLOSED", 0.22),
        ("OPEN RECEIVED DELEGATED ON GOING DELEGATED DONE CLOSED", 0.05),
        ("OPEN RECEIVED TO DO|IN PROGRESS DONE TO DO|IN PROGRESS DONE CLOSED", 0.04),
        ("OPEN CLOSED", 0.01),
    ],
    "maintenance": [
        ("TO DO|IN PROGRESS DONE CLOSED", 0.75),
        ("TO DO|IN PROGRESS DONE TO DO|IN PROGRESS DONE CLOSED", 0.05),
        ("TO DO|IN PROGRESS ON GOING IN PROGRESS DONE CLOSED", 0.20),
    ],
}
_MAINTENANCE = ("DPM", "DEMS", "DCMS", "DC")
# Mean hours until a ticket leaves a status.
STAY_HOURS = {
    "OPEN": 3, "RECEIVED": 8, "TO DO": 20, "IN PROGRESS": 50, "DELEGATED": 70, "ON GOING": 40, "DONE": 48, "CLOSED": 1,
}  # fmt: skip


def paths() -> list[tuple[int, str, list[str], float]]:
    """The paths as (number, workflow, statuses in order, share)."""
    listed = [(workflow, text, share) for workflow, entries in PATHS.items() for text, share in entries]
    return [(n, workflow, _statuses(text), share) for n, (workflow, text, share) in enumerate(listed)]


def _statuses(text: str) -> list[str]:
    words = text.replace("TO DO|IN PROGRESS", "TO_DO IN_PROGRESS").replace("ON GOING", "ON_GOING")
    words = words.replace("IN PROGRESS", "IN_PROGRESS")
    return [word.replace("_", " ") for word in words.split()]


def macros(seed: int) -> list[str]:
    """CREATE MACRO statements: `draw(i, what)` in [0, 1), and a value per field by ticket number and place."""
    services = [(s.name, s.share) for s in world.SERVICES]
    elements = {s.name: [(e, 1.0) for e in s.elements] for s in world.SERVICES}
    versions = {s.name: [(v, 1.0) for v in s.versions] for s in world.SERVICES}
    types = {p.key: list(p.types) for p in world.PROJECTS.values()}
    providers = {s.name: [(s.provider, 1.0)] for s in world.SERVICES}
    by_workflow = {w: [(str(n), share) for n, flow, _, share in paths() if flow == w] for w in PATHS}
    path_of = {p: by_workflow["maintenance" if p in _MAINTENANCE else "desk"] for p in world.PROJECTS}
    projects = [
        ("DSD", 0.55),
        ("DSP", 0.22),
        ("DPM", 0.06),
        ("DEMS", 0.05),
        ("DCMS", 0.04),
        ("DSEC", 0.04),
        ("DC", 0.04),
    ]
    return [
        f"draw(i, what) AS (hash(i, what, {seed}) % 1000000007) / 1000000007.0",
        f"nth(i, what, size) AS CAST(hash(i, what, {seed}) % size AS INTEGER)",
        f"project(i) AS {_pick(projects, 'project')}",
        f"ticket_type(i, project, n) AS {_by('project', types, 'type')}",
        f"path(i, project) AS CAST({_by('project', path_of, 'path')} AS INTEGER)",
        f"service(i, n) AS {_pick(services, 'service')}",
        f"service_element(i, n, service) AS {_by('service', elements, 'element')}",
        f"service_version(i, n, service) AS {_by('service', versions, 'version')}",
        f"provider(i, n, service) AS {_by('service', providers, 'provider')}",
        f"category(i, n) AS {_pick(list(world.CATEGORIES), 'category')}",
        f"priority(i, n) AS {_pick([('Blocking', 0.1), ('Critical', 0.25), ('Low', 0.65)], 'priority')}",
        f"agent(i, what) AS 'agent' || nth(i, what, {AGENTS})",
        f"customer(i, what) AS 'user' || nth(i, what, {USERS})",
    ]


def _pick(shares: Shares, what: str) -> str:
    """SQL: one of the values, as often as its share says."""
    total = sum(share for _, share in shares)
    bounds = [0, *(round(SLOTS * part / total) for part in accumulate(share for _, share in shares))]
    slots = [v for (v, _), lo, hi in zip(shares, bounds, bounds[1:], strict=False) for _ in range(hi - lo)]
    place = "i" if what in ("project", "path") else "i * 16 + n"
    if len(shares) == 1:
        return literal(shares[0][0])
    return f"[{', '.join(literal(v) for v in slots)}][1 + nth({place}, '{what}', {len(slots)})]"


def _by(column: str, shares: dict[str, Shares], what: str) -> str:
    cases = " ".join(f"WHEN {literal(key)} THEN {_pick(entries, what)}" for key, entries in shares.items())
    return f"CASE {column} {cases} END"
