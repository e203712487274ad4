"""Finding a definition: by its name, by a rule, by words."""

from collections.abc import Iterable, Iterator

from metrics.definitions import Entry, Theme
from metrics.rule_ids import RULES

Found = Theme | Entry | str


def named(themes: Iterable[Theme], name: str) -> Found | None:
    """The theme, the table or view, or the rule (its id) of that name; None when there is none.

    >>> named([], "amp-c3"), named([], "nonsense")
    ('AMP-C3', None)
    """
    wanted = name.strip().casefold()
    entries = (entry for theme in themes for entry in theme.entries)
    by_name: Iterator[tuple[str, Found]] = iter(
        [
            *((theme.title, theme) for theme in themes),
            *((entry.name, entry) for entry in entries),
            *((rule, rule) for rule in RULES),
        ]
    )
    return next((found for title, found in by_name if title.casefold() == wanted), None)


def matching(themes: Iterable[Theme], words: str) -> list[tuple[Theme, list[str], list[Entry]]]:
    """Per theme, the lines of its introduction and choices and the entries that hold all the words, best first."""
    wanted = words.casefold().split()
    found = [
        (
            theme,
            [line for line in _lines(theme) if _holds(line, wanted)],
            sorted((e for e in theme.entries if _holds(_text(e), wanted)), key=lambda e: not _holds(e.name, wanted)),
        )
        for theme in themes
    ]
    return [(theme, lines, entries) for theme, lines, entries in found if lines or entries]


def citing(themes: Iterable[Theme], rule: str) -> list[Entry]:
    """The tables and views that a rule stands behind."""
    return [entry for theme in themes for entry in theme.entries if rule in entry.rules and entry.kind != "step"]


def choices_of(themes: Iterable[Theme], rules: Iterable[str]) -> list[tuple[str, str]]:
    """What was chosen where these rules are silent: rule and text."""
    wanted = set(rules)
    return [(rule, text) for theme in themes for rule, text in theme.choices if rule in wanted]


def _lines(theme: Theme) -> list[str]:
    """Each paragraph and point of the introduction, and each choice, in Markdown; its tables only as a whole."""
    paragraphs = theme.introduction.replace("\n- ", "\n\n- ").split("\n\n")
    return [*paragraphs, *(f"- *Choice* ({rule}): {text}" for rule, text in theme.choices)]


def _text(entry: Entry) -> str:
    columns = (f"{name} {text}" for name, text in entry.columns.items())
    return " ".join((entry.name, entry.definition, *entry.rules, entry.grain, entry.units, *columns))


def _holds(text: str, words: list[str]) -> bool:
    lower = text.casefold().replace("_", " ") + text.casefold()
    return all(word in lower for word in words)
