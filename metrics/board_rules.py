"""The boards and the order of priorities, as the mart carries them for its readers (1.8)."""

from metrics.profile import Profile
from metrics.vocabulary import Rows, RuleTable


def board_rules(profile: Profile) -> list[RuleTable]:
    """Tables board_rule (a row a board and project; project NULL: every one) and priority_rule (1 is the highest)."""
    boards: Rows = [
        (name, place, board.title, board.rule, None if project == "*" else project, board.flag or None)
        for place, (name, board) in enumerate(profile.board.items(), 1)
        for project in (["*"] if "*" in board.projects else dict.fromkeys(board.projects))
    ]
    return [
        RuleTable(
            "board_rule",
            "board VARCHAR, place INTEGER, title VARCHAR, rule VARCHAR, project VARCHAR, flag VARCHAR",
            boards,
        ),
        RuleTable(
            "priority_rule", "priority VARCHAR, place INTEGER", [(p, n) for n, p in enumerate(profile.priorities, 1)]
        ),
    ]
