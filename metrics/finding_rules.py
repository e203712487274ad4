"""The rules of clone links, chains and findings (1.9, 1.10) as small tables."""

from metrics.names import same_name
from metrics.profile import Finding, Profile
from metrics.vocabulary import KnownStatus, Rows, RuleTable, Vocabulary

# Rules of which the first occurrence counts, and stays; all others hold at T (1.9).
HISTORICAL = ("F1", "F9")
_DAY = 86400


def finding_rule(profile: Profile) -> RuleTable:
    """The findings of the profile, as the mart carries them for its readers."""
    return RuleTable(
        "finding_rule",
        "rule VARCHAR, title VARCHAR, section VARCHAR, says VARCHAR, historical BOOLEAN",
        [(name, f.title, f.section, f.says, name in HISTORICAL) for name, f in profile.finding.items()],
    )


def link_rule(profile: Profile) -> RuleTable:
    """How a clone link reads on the clone and on its origin."""
    labels = [(label, True) for label in profile.link.clones] + [(label, False) for label in profile.link.cloned_by]
    rows: Rows = [(label.strip().lower(), is_clone) for label, is_clone in labels]
    return RuleTable("rule_link", "label VARCHAR, is_clone BOOLEAN", rows)


def chain_rule(profile: Profile, words: Vocabulary, known: list[KnownStatus]) -> RuleTable:
    """Who holds a chain, by project and status of its root."""
    rows = [(p, k.code, _held_by(profile, p, k)) for p in words.projects for k in known]
    return RuleTable("rule_chain", "project VARCHAR, code INTEGER, part VARCHAR", rows)


def finding_tables(profile: Profile, words: Vocabulary, known: list[KnownStatus]) -> list[RuleTable]:
    """What the findings read: where they hold, in which statuses, limits, priorities, scores, fields."""
    findings = profile.finding
    return [
        RuleTable(
            "rule_finding_project",
            "rule VARCHAR, project VARCHAR",
            [(name, p) for name, f in findings.items() for p in words.projects if _among(p, f.projects)],
        ),
        RuleTable(
            "rule_finding_status",
            "rule VARCHAR, code INTEGER",
            [(name, k.code) for name, f in findings.items() for k in known if _in_status(f, k)],
        ),
        RuleTable("rule_finding_limit", "rule VARCHAR, seconds BIGINT", _limits(profile)),
        RuleTable("rule_priority", "priority VARCHAR, place INTEGER", _priorities(profile, words)),
        RuleTable("rule_score", "score DOUBLE", [(s,) for f in findings.values() for s in f.scores]),
        RuleTable(
            "rule_mandatory",
            "project VARCHAR, field VARCHAR",
            [
                (p, field)
                for f in findings.values()
                for field, projects in f.fields.items()
                for p in words.projects
                if _among(p, projects)
            ],
        ),
    ]


def _among(project: str, projects: list[str]) -> bool:
    return "*" in projects or project in projects


def _in_status(finding: Finding, known: KnownStatus) -> bool:
    """Whether a status is one in which the rule may find something; one that nobody mapped is in no list."""
    name = same_name(known.name)
    if finding.in_status:
        return name in {same_name(s) for s in finding.in_status}
    return bool(finding.not_in_status) and name not in {same_name(s) for s in finding.not_in_status}


def _limits(profile: Profile) -> Rows:
    """Seconds: of the clock on the wall for `days`, of the calendar for `within`."""
    rows: Rows = [(name, f.days * _DAY) for name, f in profile.finding.items() if f.days]
    return rows + [(name, profile.seconds(f.within)) for name, f in profile.finding.items() if f.within]


def _priorities(profile: Profile, words: Vocabulary) -> Rows:
    """Place of each priority that occurs, 0 for the highest; one that the profile does not name has none."""
    places = {same_name(p): place for place, p in enumerate(profile.priorities)}
    occurring = {*words.priorities, *profile.priorities}
    return [(p, places[same_name(p)]) for p in sorted(occurring) if same_name(p) in places]


def _held_by(profile: Profile, project: str, known: KnownStatus) -> str:
    """The part that the root's status alone decides; `delegated` and `user` of other members come on top (AMP-L1)."""
    name, kind = same_name(known.name), known.status.kind if known.status else "active"
    if kind in ("resolved", "closed"):
        return "confirmation"
    if kind == "waiting":
        return "user"
    if name in {same_name(s) for s in profile.chain.desk}:
        return "desk"
    if name in {same_name(s) for s in profile.chain.delegated}:
        return "delegated"
    return "champion" if project in profile.chain.champion_projects else "provider"
