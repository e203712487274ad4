"""What a profile says of the steps of its work, and of its major incidents."""

from pydantic import BaseModel, ConfigDict, Field


class Step(BaseModel):
    """A step of the work (HD-M4, OPS-M3): from the first of the `start` statuses (none: from creation) to the first of
    the `stop` ones after it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    rule: str
    projects: list[str] = ["*"]
    start: list[str] = []
    stop: list[str] = Field(min_length=1)


class Major(BaseModel):
    """Which tickets are major incidents (HD-M5): those with one of `values` in `field`. `review`: the field that says
    whether, or when, the review was held."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    field: str = ""
    values: list[str] = []
    review: str = ""
    rule: str = "HD-M5"
