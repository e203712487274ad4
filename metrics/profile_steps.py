"""What a profile says of the steps and stages of its work, and of its major incidents."""

from pydantic import Field

from metrics.profile_calendar import Part


class Step(Part):
    """A step of the work (HD-M4, OPS-M3): from the first of the `start` statuses (none: from creation) to the first of
    the `stop` ones after it."""

    name: str
    rule: str
    projects: list[str] = ["*"]
    start: list[str] = []
    stop: list[str] = Field(min_length=1)


class Major(Part):
    """Which tickets are major incidents (HD-M5): those with one of `values` in `field`. `review`: the field that says
    whether, or when, the review was held."""

    field: str = ""
    values: list[str] = []
    review: str = ""
    rule: str = "HD-M5"


class Stages(Part):
    """How far a ticket has come (RT-M1): the stages in their order, and those that end it early. `field` holds them:
    `status`, or a further field of the profile."""

    rule: str = "RT-M1"
    field: str
    order: list[str] = Field(min_length=2)
    dropped: list[str] = []
