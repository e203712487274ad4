"""What a desk promises, in the words of its profile: goals, for whom, and alerts (AMP-G1 to G4, HD-M2)."""

from collections.abc import Iterator

from metrics.clock_words import CLOCKS
from metrics.profile import Goal, Profile


def goal_words(profile: Profile) -> Iterator[tuple[str, str, str]]:
    """Each goal of the profile: what it is on, what it asks for, and its rule."""
    for goal in profile.goal:
        alerts = "; ".join(f"after {alert.after}: {alert.action}" for alert in goal.alerts)
        told = f"{_whom(goal)}within {goal.within}{_when(goal)}."
        yield CLOCKS[goal.clock], f"{told} Alerts {alerts}." if alerts else told, goal.rule


def channel_words(profile: Profile) -> str:
    """What makes a ticket one of the priority channel; empty where the desk has none."""
    channel = profile.priority_channel
    parts = []
    if channel.projects:
        parts.append(f"all of {', '.join(channel.projects)}")
    if channel.categories:
        parts.append(f"the categories {', '.join(channel.categories)}")
    return "; ".join(parts)


def _whom(goal: Goal) -> str:
    whom = [
        *([f"{goal.channel} channel"] if goal.channel else []),
        *([f"type {goal.type}"] if goal.type else []),
        *([f"project {goal.project}"] if goal.project else []),
        *([f"provider {goal.provider}"] if goal.provider else []),
    ]
    return f"{', '.join(whom)}: " if whom else ""


def _when(goal: Goal) -> str:
    since = f", from {goal.valid_from}" if goal.valid_from else ""
    return since + (f", before {goal.valid_to}" if goal.valid_to else "")
