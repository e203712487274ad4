"""The stages of a profile as small tables (RT-M1)."""

from metrics.names import same_name
from metrics.profile import Profile
from metrics.vocabulary import RuleTable, Vocabulary


def stage_tables(profile: Profile, words: Vocabulary) -> list[RuleTable]:
    """Which field holds the stage, and what stands in it → the stage in the profile's spelling."""
    stages = _stages(profile)
    known = {same_name(stage): (stage, place, dropped) for place, stage, dropped in stages}
    found = {*words.stages, *(stage for _, stage, _ in stages)}
    return [
        RuleTable("rule_stage_field", "field VARCHAR", [(profile.stage.field,)] if profile.stage else []),
        RuleTable(
            "rule_stage",
            "raw VARCHAR, stage VARCHAR, place INTEGER, dropped BOOLEAN",
            [(raw, *known[same_name(raw)]) for raw in sorted(found) if same_name(raw) in known],
        ),
    ]


def stage_rule(profile: Profile) -> RuleTable:
    """The stages in their order, as the mart carries them for its readers."""
    field = profile.stage.field if profile.stage else ""
    columns = "place INTEGER, stage VARCHAR, dropped BOOLEAN, field VARCHAR"
    return RuleTable("stage_rule", columns, [(*stage, field) for stage in _stages(profile)])


def _stages(profile: Profile) -> list[tuple[int | None, str, bool]]:
    """Place, from 1, and name of each stage; those that end a ticket early have no place."""
    if not profile.stage:
        return []
    in_order = [(place, stage, False) for place, stage in enumerate(profile.stage.order, 1)]
    return [*in_order, *((None, stage, True) for stage in profile.stage.dropped)]
