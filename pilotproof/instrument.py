"""The codebook of a survey instrument: which item belongs to which subscale, its range, its direction."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, PrivateAttr, model_validator

from pilotproof import strict_yaml
from pilotproof.strict_yaml import Closed
from pilotproof.workspace import Workspace


class Subscale(Closed):
    """Items that are averaged into one scale score.

    meaning : what the scores tell, in words that finish the sentence "whether teachers …"
    published_alpha : reliability from the literature, see `Instrument.published_in`
    is_primary : the area that was declared to count before anybody answered; at most one, whose p needs no adjustment
    """

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    label: str
    meaning: str | None = None
    published_alpha: float | None = Field(default=None, gt=0, lt=1)
    items: tuple[str, ...] = Field(min_length=1)
    is_tool_outcome: bool = True  # false: describes the school (for example support), not what the tool changed
    is_primary: bool = False


class Instrument(Closed):
    """One survey instrument as read from params/instruments/NAME.yaml. Holds item codes, never item wording.

    anchors : wording of the answers; those in the middle of a scale of numbers may have none
    also : other spellings of an answer, as forms in use write it
    topics : what an item is about, in a word or two, for figures
    favourable_from : answers from this one up count as favourable when a share is reported
    target_share : share of favourable teachers, after the pilot, that the district asks for
    report : the change from before to after, or only the level after where answers before would mean something else
    strand : what it tells of on page one: practice (how teachers teach) or acceptance (what they make of the tool). Left out,
        answers reported only after the pilot are acceptance
    published_in : where the published reliabilities stand
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
    target_share: float | None = Field(default=None, gt=0, lt=1)
    report: Literal["change", "after"] = "change"
    strand: Literal["practice", "acceptance"] | None = None
    published_in: str | None = None
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

    @property
    def tells_of(self) -> Literal["practice", "acceptance"]:
        """The strand of page one that it belongs to."""
        return self.strand or ("acceptance" if self.report == "after" else "practice")

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
        if len(primary := [subscale.name for subscale in self.subscales if subscale.is_primary]) > 1:
            raise ValueError(f"is_primary in one subscale at most (not: {', '.join(primary)})")
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

    @model_validator(mode="after")
    def _told_with_what_it_needs(self) -> Instrument:
        if self.target_share is not None and self.favourable_from is None:
            raise ValueError("favourable_from beside target_share: the lowest answer that counts as favourable")
        if self.published_in is None and any(subscale.published_alpha is not None for subscale in self.subscales):
            raise ValueError("published_in beside published_alpha: where the reliability was published")
        return self


def load_instrument(name: str, workspace: Workspace) -> Instrument:
    """The codebook params/instruments/NAME.yaml. Raises ParamsError with every problem in it."""
    path = workspace.instrument(name)
    instrument = strict_yaml.read(path, Instrument, shown_as=workspace.show(path))
    instrument._name = name
    return instrument
