"""The codebook of a survey instrument: which item belongs to which subscale, its range, its direction."""

from __future__ import annotations

from pydantic import Field, PrivateAttr, model_validator

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
    """One survey instrument as read from params/instruments/NAME.yaml. Holds item codes, never item wording.

    anchors : wording of the answers; those in the middle of a scale of numbers may have none
    also : other spellings of an answer, as forms in use write it
    topics : what an item is about, in a word or two, for figures
    favourable_from : answers from this one up count as favourable when a share is reported
    """

    title: str
    low: int
    high: int
    anchors: dict[int, str] = Field(default_factory=dict)
    also: dict[int, tuple[str, ...]] = Field(default_factory=dict)
    subscales: tuple[Subscale, ...] = Field(min_length=1)
    reverse_keyed: tuple[str, ...] = ()
    topics: dict[str, str] = Field(default_factory=dict)
    favourable_from: int | None = None
    most_missing_items: int = Field(ge=0)
    _name: str = PrivateAttr(default="")

    @property
    def name(self) -> str:
        """The codebook's name in the params and in the tidy tables; empty when it was not loaded from a file."""
        return self._name

    @property
    def items(self) -> tuple[str, ...]:
        """All item codes, in the order of the subscales."""
        return tuple(item for subscale in self.subscales for item in subscale.items)

    @model_validator(mode="after")
    def _consistent(self) -> Instrument:
        items = self.items
        if repeated := sorted({item for item in items if items.count(item) > 1}):
            raise ValueError(f"each item in one subscale only (twice: {', '.join(repeated)})")
        for key, named in (("reverse_keyed", self.reverse_keyed), ("topics", self.topics)):
            if unknown := sorted(set(named) - set(items)):
                raise ValueError(f"{key} items that belong to a subscale (not: {', '.join(unknown)})")
        if len({subscale.name for subscale in self.subscales}) < len(self.subscales):
            raise ValueError("subscales with different names")
        return self

    @model_validator(mode="after")
    def _whole_scale(self) -> Instrument:
        if self.high <= self.low:
            raise ValueError(f"a highest answer above the lowest ({self.low})")
        answers = {*self.anchors, *self.also, *([] if self.favourable_from is None else [self.favourable_from])}
        if outside := sorted(answers - set(range(self.low, self.high + 1))):
            raise ValueError(f"answers from {self.low} to {self.high} (not: {', '.join(map(str, outside))})")
        folded = [text.casefold() for text in self.anchors.values()]
        folded += [text.casefold() for texts in self.also.values() for text in texts]
        if repeated := sorted({text for text in folded if folded.count(text) > 1}):
            raise ValueError(f"each wording for one answer only (twice: {', '.join(repeated)})")
        return self


def load_instrument(name: str, workspace: Workspace) -> Instrument:
    """The codebook params/instruments/NAME.yaml. Raises ParamsError with every problem in it."""
    path = workspace.instrument(name)
    instrument = strict_yaml.read(path, Instrument, shown_as=workspace.show(path))
    instrument._name = name
    return instrument
