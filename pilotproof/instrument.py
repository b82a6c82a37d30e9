"""The codebook of a survey instrument: which item belongs to which subscale, its range, its direction."""

from __future__ import annotations

from pydantic import Field, model_validator

from pilotproof import strict_yaml
from pilotproof.strict_yaml import Closed
from pilotproof.workspace import Workspace


class Subscale(Closed):
    """Items that are averaged into one scale score."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    label: str
    items: tuple[str, ...] = Field(min_length=1)
    is_tool_outcome: bool = True  # false: describes the school (for example support), not what the tool changed


class Instrument(Closed):
    """One survey instrument as read from params/instruments/NAME.yaml. Holds item codes, never item wording."""

    title: str
    low: int
    high: int
    anchors: dict[int, str]
    subscales: tuple[Subscale, ...] = Field(min_length=1)
    reverse_keyed: tuple[str, ...] = ()
    most_missing_items: int = Field(ge=0)

    @property
    def items(self) -> tuple[str, ...]:
        """All item codes, in the order of the subscales."""
        return tuple(item for subscale in self.subscales for item in subscale.items)

    @model_validator(mode="after")
    def _consistent(self) -> Instrument:
        items = self.items
        if repeated := sorted({item for item in items if items.count(item) > 1}):
            raise ValueError(f"each item in one subscale only (twice: {', '.join(repeated)})")
        if unknown := sorted(set(self.reverse_keyed) - set(items)):
            raise ValueError(f"reverse_keyed items that belong to a subscale (not: {', '.join(unknown)})")
        if set(self.anchors) != set(range(self.low, self.high + 1)):
            raise ValueError(f"one anchor for each answer from {self.low} to {self.high}")
        return self


def load_instrument(name: str, workspace: Workspace) -> Instrument:
    """The codebook params/instruments/NAME.yaml. Raises ParamsError with every problem in it."""
    path = workspace.instrument(name)
    return strict_yaml.read(path, Instrument, shown_as=workspace.show(path))
