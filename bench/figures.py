"""The figures of a run, with their aims beside them."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Figure:
    """A measured number. `aim` is what it should reach, in words; nothing depends on whether it does."""

    name: str
    value: float
    unit: str
    aim: str = ""

    def line(self) -> str:
        """The figure for a terminal."""
        return f"  {self.name:<58} {_number(self.value):>12} {self.unit:<12} {self.aim}".rstrip()


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:,.3g}"


def table(title: str, figures: list[Figure]) -> str:
    """A titled block of figures."""
    return "\n".join([title, *(figure.line() for figure in figures)])


def write_json(path: Path, about: dict[str, Any], sections: dict[str, list[Figure]]) -> None:
    """The run as JSON: what it was about, and the figures by section."""
    content = {**about, "figures": {name: [asdict(f) for f in figures] for name, figures in sections.items()}}
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
