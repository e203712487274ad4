"""Definitions: what every figure means, by which rule, and how it is counted."""

import pandas as pd
import streamlit as st

from metrics.definitions import Entry, Theme, themes
from metrics.errors import ArbiterError
from metrics.profile import Profile
from metrics.rule_ids import RULES
from ui import format as fmt
from ui.about import ADDRESS
from ui.definition_search import choices_of, citing, matching, named
from ui.session import here

Themes = tuple[Theme, ...]
_WORDS = "words"


def _go(name: str) -> None:
    st.query_params[ADDRESS] = name
    st.session_state[_WORDS] = ""


def _link(name: str, place: str, label: str = "") -> None:
    """A link within this page: Streamlit's own links leave the address as it is when the page is the same."""
    st.button(f":primary[{label or name}]", key=f"{place}-{name}", type="tertiary", on_click=_go, args=(name,))


def page() -> None:
    """Draws the page."""
    profile = here().desk.profile
    if profile is None:
        raise ArbiterError("The profile of this desk cannot be read, and its rules stand there. Run `arbiter check`.")
    known = themes(profile)
    contents, text = st.columns([1, 4], gap="large")
    with contents, st.container(key="contents", gap="small"):
        words = st.text_input(
            "Search", key=_WORDS, bind="query-params", type="search", placeholder="Reopened, AMP-C3, goal …", live=True
        )
        for theme in known:
            _link(theme.title, "contents")
    with text:
        if (words or "").strip():
            _found(known, words or "")
        else:
            _about(known, st.query_params.get(ADDRESS), profile)


def _found(known: Themes, words: str) -> None:
    found = matching(known, words)
    if not found:
        st.info(f"Nothing here says “{fmt.plain(words)}”. Try one word, or a rule's id.", icon=":material/search_off:")
    for theme, lines, entries in found:
        st.subheader(theme.title, anchor=False)
        st.markdown("\n\n".join(lines))
        _index(entries)


def _about(known: Themes, name: str | None, profile: Profile) -> None:
    about = named(known, name) if name else known[0]
    if isinstance(about, Theme):
        _theme(about)
    elif isinstance(about, Entry):
        _entry(known, about)
    elif about:
        _rule(known, about, profile)
    else:
        st.warning(f"The address asks about “{fmt.plain(name)}”, which is no theme, table or rule here.")


def _theme(theme: Theme) -> None:
    st.subheader(theme.title, anchor=False)
    st.markdown(theme.introduction)
    _choices(list(theme.choices))
    _rules(tuple(rule for rule, about in RULES.items() if about.theme == theme.title))
    _index([entry for entry in theme.entries if entry.kind != "step"])
    steps = [entry for entry in theme.entries if entry.kind == "step"]
    if steps:
        with st.expander(f"{fmt.count(len(steps), 'step')} on the way to them"):
            _index(steps)


def _index(entries: list[Entry]) -> None:
    for entry in entries:
        with st.container(gap=None):
            _link(entry.name, "index", f"**{entry.name}**")
            st.markdown(f"{entry.definition.split('. ')[0].rstrip('.')}.")


def _entry(known: Themes, entry: Entry) -> None:
    st.subheader(entry.name, anchor=False)
    st.markdown(entry.definition)
    units = f" **Units:** {entry.units}." if entry.units else ""
    st.markdown(f"**A row is:** {entry.grain}.{units}")
    _rules(entry.rules)
    if entry.example:
        st.markdown("**Example**")
        st.code(entry.example, language=None, wrap_lines=True)
    _choices(choices_of(known, entry.rules))
    if entry.columns:
        st.markdown("**Columns**")
        held = [(f"`{name}`", text) for name, text in entry.columns.items()]
        st.table(pd.DataFrame(held, columns=["Column", "What it holds"]), border="horizontal", hide_index=True)
    if entry.sql:
        with st.expander("SQL", icon=":material/code:"):
            st.code(entry.sql, language="sql")


def _rules(rules: tuple[str, ...]) -> None:
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.markdown("**Rules**", width="content")
        for rule in rules:
            _link(rule, "rule", f"{rule}: {RULES[rule].title}" if rule in RULES else rule)


def _rule(known: Themes, rule: str, profile: Profile) -> None:
    st.subheader(f"{rule}: {RULES[rule].title}", anchor=False)
    finding = next((found for name, found in profile.finding.items() if name == rule), None)
    if finding:
        st.markdown(f"{finding.says} ({finding.section})")
    _choices(choices_of(known, [rule]))
    _index(citing(known, rule))
    _link(RULES[rule].theme, "theme", f"More about: {RULES[rule].theme}")


def _choices(choices: list[tuple[str, str]]) -> None:
    st.markdown("\n".join(f"- *Choice* ({rule}): {text}" for rule, text in choices))


page()
