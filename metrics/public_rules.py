"""The rules and the calendar that the mart carries for its readers."""

from typing import get_args

from metrics.board_rules import board_rules
from metrics.calendar_tables import calendar_day
from metrics.finding_rules import finding_rule
from metrics.group_hours import group_days
from metrics.line_rules import line_rules
from metrics.profile import Goal, Profile, Role
from metrics.stage_rules import stage_rule
from metrics.step_rules import step_rules
from metrics.vocabulary import Rows, RuleTable
from metrics.working_time import WorkingTime


def public_rule_tables(profile: Profile, calendar: WorkingTime) -> list[RuleTable]:
    """The rules that the mart carries for its readers: goal_rule, alert_rule, clock_rule, status_rule, finding_rule,
    line_rule, ola_rule, on_hold_status, stage_rule, board_rule, priority_rule, step_rule, major_rule, calendar_day,
    satisfaction_rule (NULL: every project), hidden_project."""
    return [
        RuleTable("hidden_project", "project VARCHAR, role VARCHAR", _hidden_projects(profile)),
        finding_rule(profile),
        *line_rules(profile),
        stage_rule(profile),
        *board_rules(profile),
        *step_rules(profile),
        RuleTable("clock_rule", "clock VARCHAR, rule VARCHAR", [(name, c.rule) for name, c in profile.clock.items()]),
        RuleTable("status_rule", "status VARCHAR, kind VARCHAR", [(s.name, s.kind) for s in profile.status]),
        RuleTable(
            "goal_rule",
            "goal INTEGER, clock VARCHAR, project VARCHAR, type VARCHAR, channel VARCHAR, provider VARCHAR, "
            "goal_seconds BIGINT, rule VARCHAR, valid_from DATE, valid_to DATE",
            _goals_as_said(profile),
        ),
        RuleTable(
            "alert_rule",
            "goal INTEGER, clock VARCHAR, project VARCHAR, type VARCHAR, channel VARCHAR, provider VARCHAR, n INTEGER, "
            'threshold_seconds BIGINT, "action" VARCHAR, rule VARCHAR',
            _alerts_as_said(profile),
        ),
        calendar_day(calendar),
        group_days(profile, calendar),
        RuleTable("satisfaction_rule", "project VARCHAR", _satisfaction(profile)),
    ]


def _for_whom(goal: Goal) -> tuple[str | None, ...]:
    return goal.clock, goal.project, goal.type, goal.channel, goal.provider


def _goals_as_said(profile: Profile) -> Rows:
    return [
        (number, *_for_whom(goal), profile.seconds(goal.within), goal.rule, goal.valid_from, goal.valid_to)
        for number, goal in enumerate(profile.goal, 1)
    ]


def _alerts_as_said(profile: Profile) -> Rows:
    """The alerts of each goal, the first to be passed first (AMP-G6)."""
    return [
        (number, *_for_whom(goal), n, profile.seconds(alert.after), alert.action, goal.rule)
        for number, goal in enumerate(profile.goal, 1)
        for n, alert in enumerate(sorted(goal.alerts, key=lambda alert: profile.seconds(alert.after)), 1)
    ]


def _hidden_projects(profile: Profile) -> Rows:
    """From which roles a project is hidden (1.1): a restricted one from all but `security`."""
    others = [role for role in get_args(Role) if role != "security"]
    hidden = {key: {*p.hidden_from, *(others if p.restricted else ())} for key, p in profile.project.items()}
    return [(key, role) for key, roles in hidden.items() for role in sorted(roles)]


def _satisfaction(profile: Profile) -> Rows:
    listed = profile.satisfaction.projects
    return [(None,)] if "*" in listed else [(project,) for project in dict.fromkeys(listed)]
