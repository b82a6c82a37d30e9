"""The teacher surveys: what changed, where teachers stand after the pilot, and how far the answers can be relied on."""

from __future__ import annotations

from typing import Literal

from pilotproof.findings.base import Basis, Frozen
from pilotproof.stats.multiplicity import OutcomeDecision
from pilotproof.stats.paired import PairedChange
from pilotproof.stats.scale_level import ScaleLevel
from pilotproof.stats.scales import Alpha, BuyIn, ItemDistribution, Omega, OmegaRefusal

NoChange = Literal[
    "held once", "before the tool was used it measures expectations", "fewer than three teachers answered both times"
]


StrandOfSurvey = Literal["practice", "acceptance"]


class AlphaRefusal(Frozen):
    """Why a subscale gives no alpha. It is a result, not an error. respondents : with an answer to every item."""

    reason: Literal["one item", "fewer than three teachers", "answers do not differ"]
    respondents: int
    items: int


class SurveyWave(Frozen):
    """One wave of one survey. answered : teachers with at least one answer."""

    wave: Literal["before", "after"]
    answered: int


class ItemFinding(Frozen):
    """Answers to one item, reverse keys turned. before, after : None where fewer than five teachers answered."""

    item: str
    topic: str | None
    before: ItemDistribution | None
    after: ItemDistribution | None


class TeacherLine(Frozen):
    """Scores of one teacher before and after. label : T1, T2 … by the order of the scores, never an id."""

    label: str
    before: float
    after: float


class TargetFinding(Frozen):
    """Share of favourable teachers against the target of the codebook.

    answers : wordings that count as favourable
    lowest_if_all_agree : lower limit of the interval if all who answered were favourable. Below the target, these few
        teachers cannot show that it is met, whatever they answer
    """

    answers: tuple[str, ...]
    buy_in: BuyIn
    lowest_if_all_agree: float


class SubscaleFinding(Frozen):
    """One subscale.

    change : over the teachers with a score before and after; None as SurveyFinding.no_change says, or with fewer than three
    teachers : their own scores, only where the params list all of them as having agreed
    level : after the pilot; level, target, before and after are None when fewer than three teachers have answered
    among : the exact p, of the change or else of the level against the middle of the scale, among those of the survey's other
        areas; None where neither is tested, and for surveys with a target, whose level is not told
    before, after : answers to all items of the subscale together, by code from the lowest, reverse keys turned; of a single item
        None when fewer than five teachers have answered
    alpha, omega : of the answers after the pilot by teachers who left out no item; omega is None where alpha is refused
    """

    name: str
    label: str
    meaning: str | None
    is_tool_outcome: bool
    change: PairedChange | None
    teachers: tuple[TeacherLine, ...]
    level: ScaleLevel | None
    target: TargetFinding | None
    among: OutcomeDecision | None
    before: tuple[int, ...] | None
    after: tuple[int, ...] | None
    items: tuple[ItemFinding, ...]
    alpha: Alpha | AlphaRefusal
    omega: Omega | OmegaRefusal | None
    published_alpha: float | None

    @property
    def is_significant(self) -> bool:
        """Whether the change, or else the level, can be told from chance: by every test of it, and among the survey's areas.

        Every sentence and figure asks here, so that none says what another denies.
        """
        if self.among is None or not self.among.is_significant:
            return False
        if self.change is not None:
            return self.change.agreement.verdict == "agree: rejected"
        interval = self.level.interval if self.level else None
        return interval is None or not interval.low <= self.level.middle <= interval.high

    @property
    def reversed_items(self) -> tuple[str, ...]:
        """Items that run against the others of their subscale, beyond what chance does."""
        if isinstance(self.alpha, AlphaRefusal):
            return ()
        return tuple(i.item for i, fit in zip(self.items, self.alpha.items, strict=True) if fit.is_reversed_beyond_chance)


class QualityFinding(Frozen):
    """How many finished responses of one wave are doubtful in one way, of those for which it could be told."""

    wave: Literal["before", "after"]
    flag: str
    responses: int
    looked_at: int
    is_left_out: bool


class QuoteFinding(Frozen):
    """A comment that the params list to be quoted. Who wrote it is not known here."""

    wave: Literal["before", "after"]
    question: str
    comment: str


class SurveyFinding(Frozen):
    """One survey of teachers.

    strand : whether it tells how teachers teach or what they make of the tool
    name, instrument : of the codebook, and its title; low, high : ends of its scale; ends : their wording
    is_retrospective : how it was before was asked only afterwards
    target_share : share of favourable teachers that the codebook asks for; None when it asks for none
    asked : teachers who used the tool; None where responses are anonymous or no roster says who used it
    paired : teachers who answered before and after
    no_change : why no change is given; None when one is
    least_attainable_p, mdes_d : of the exact test, and the smallest standardised change found with 80 % power, over the paired
        teachers; None without a change
    """

    name: str
    strand: StrandOfSurvey
    instrument: str
    low: int
    high: int
    ends: tuple[str, str] | None
    target_share: float | None
    is_retrospective: bool
    asked: int | None
    waves: tuple[SurveyWave, ...]
    paired: int
    no_change: NoChange | None
    least_attainable_p: float | None
    mdes_d: float | None
    subscales: tuple[SubscaleFinding, ...]
    published_in: str | None
    quality: tuple[QualityFinding, ...]
    quotes: tuple[QuoteFinding, ...] = ()
    basis: Basis

    @property
    def answered_after(self) -> int:
        """Teachers who answered after the pilot."""
        return next(wave.answered for wave in self.waves if wave.wave == "after")

    @property
    def changed(self) -> tuple[SubscaleFinding, ...]:
        """The subscales with a change."""
        return tuple(subscale for subscale in self.subscales if subscale.change is not None)
