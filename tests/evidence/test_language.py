"""The page may not say more than the design carries, whoever wrote the sentence."""

from __future__ import annotations

import pytest

from pilotproof.evidence.language import Carried, Sentence, overclaims


def rules(text: str, *, claim: str = "association", tool: str = "Nearpod", is_own: bool = False, **carried: object) -> list[str]:
    found = overclaims([Sentence(text=text, place="x", is_own=is_own)], Carried(tool=tool, claim=claim, **carried))
    return [overclaim.rule for overclaim in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("This pilot proves that the tool is good.", ["proof"]),
        ("A proven tool for grade 6.", ["proof"]),
        ("Success is guaranteed.", ["proof"]),
        ("Scores rose significantly.", ["significance"]),
        ("The difference is statistically significant (p = 0.012).", []),
        ("The difference is significant (p < 0.001).", []),
        ("The p-value is below 0.05 and so called significant.", []),
        ("The difference was not significant.", []),
        ("That it can be chance is not proof that there is no difference.", []),
        ("No one can guarantee this.", []),
        ("Crashes came daily in period 3.", ["daily"]),
        ("The tool failed every day.", ["daily"]),
        ("Teachers used it daily.", []),
        ("This must not be called daily although errors were many.", []),
        ("Nearpod raised scores by 4 points.", ["cause"]),
        ("The tool clearly improved learning.", ["cause"]),
        ("Scores rose because of Nearpod.", ["cause"]),
        ("The effect of Nearpod was large.", ["cause"]),
        ("Nearpod did not raise scores.", []),
        ("We cannot say whether Nearpod raised scores.", []),
        ("Did Nearpod raise scores?", []),
        ("Students in classes with Nearpod scored 1.2 points higher.", []),
        ("Scores rose from 50 to 55.", []),
    ],
)
def test_each_sentence_with_and_without_its_evidence(text, expected):
    assert rules(text) == expected


def test_a_randomised_design_may_name_the_cause_and_a_before_after_design_may_not():
    text = "Nearpod raised scores by 4 points."
    assert rules(text, claim="effect") == []
    assert rules(text, claim="association") == rules(text, claim="change") == ["cause"]


def test_daily_may_be_said_when_its_rule_is_met():
    assert rules("Crashes came daily.", may_say_daily=True) == []


def test_a_denial_in_another_part_of_the_sentence_does_not_help():
    assert rules("There is no doubt; Nearpod raised scores.") == ["cause"]
    assert rules("It was not cheap, but this proves that it is good.") == ["proof"]


def test_the_tool_is_meant_literally_and_in_any_case():
    assert rules("NEARPOD raised scores.") == ["cause"]
    assert rules("C++ (beta) raised scores.", tool="C++ (beta)") == ["cause"]


def test_a_theory_may_name_causes_but_prove_nothing():
    def of_a_theory(text: str) -> list[str]:
        sentence = Sentence(text=text, place="Why the tool should work", is_theory=True)
        return [found.rule for found in overclaims([sentence], Carried(tool="Nearpod", claim="change"))]

    assert of_a_theory("Nearpod raises scores after four weeks.") == []
    assert of_a_theory("Nearpod is proven to raise scores.") == ["proof"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("There is no doubt that Nearpod raised scores.", ["proof", "cause"]),  # looks like a denial, and affirms
        ("Without doubt Nearpod raised scores.", ["proof", "cause"]),
        ("Not surprisingly Nearpod raised scores.", ["cause"]),
        ("Nobody can deny that Nearpod raised scores.", ["cause"]),
        ("Nearpod not only raised scores, it was cheap.", ["cause"]),
        ("Nobody knows whether Nearpod raised scores.", []),
        ("Did you know that Nearpod raised scores?", ["cause"]),  # looks like a question, and tells
        ("Why did Nearpod raise scores?", ["cause"]),
        ("Is Nearpod effective?", []),
        ("Scores rose because students used Nearpod.", ["cause"]),
        ("Because of the laptops, students could use Nearpod.", []),
        ("Students gained 5 points from Nearpod.", ["cause"]),
        ("Students gained 5 points.", []),
        ("The gain was caused by Nearpod.", ["cause"]),
        ("Nearpod is effective.", ["cause"]),
        ("Nearpod is the reason that scores rose.", ["cause"]),
        ("Nearpod’s lessons raised scores.", ["cause"]),
        ("Nearpod, as expected, raised scores.", ["cause"]),
        ("Nearpod, which raised scores, was cheap.", ["cause"]),
        ("Results are due to Nearpodium.", []),
        ("Run make PILOT=nearpod, which makes the report.", []),
        ("Nearpod has had a positive impact on learning.", ["cause"]),
        ("The impact of our pilot was huge.", ["cause"]),
        ("Using Nearpod gave students a four-point boost.", ["cause"]),
        ("The app crashed each morning.", ["daily"]),
        ("The result is significant (p = 0.40).", ["significance"]),
        ("The result is significant (p = 0.05).", ["significance"]),
        ("The result is significant (p = 0.049).", []),
        ("The result is significant (p > 0.05).", ["significance"]),
        ("The study meets What Works Clearinghouse standards.", ["rating"]),
        ("Nearpod is WWC-approved.", ["rating"]),
        ("This does not meet WWC standards.", []),
        ("We expect that a WWC reviewer would rate the design “with reservations”.", []),
    ],
)
def test_ways_around_the_words(text, expected):
    assert rules(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It raised scores.", ["cause"]),
        ("This is Tier 2 evidence.", ["tier"]),
        ("This is Tier II evidence.", ["tier"]),
        ("This is Tier 3 evidence.", []),
        ("This is not Tier 1 evidence.", []),
        ("Boys gained more than girls.", ["subgroup"]),
        ("A third of the students are English learners.", []),
        ("Nearpod made no difference.", ["no difference"]),
        ("Students liked Nearpod and found no difference worth a word.", ["no difference"]),
    ],
)
def test_of_its_own_the_district_may_say_nothing_that_has_no_numbers_behind_it(text, expected):
    assert rules(text, is_own=True, tier=3) == expected
    assert rules(text, is_own=False, tier=3) == []  # the report has them, and says it in its own words


def test_no_difference_may_be_said_where_one_worth_having_is_ruled_out():
    assert rules("Nearpod made no difference.", is_own=True, is_equivalent=True) == []


def test_without_a_tier_none_may_be_claimed():
    assert rules("This is Tier 4 evidence.", is_own=True, tier=None) == ["tier"]


def test_lots_let_the_tool_be_named_only_where_something_was_told_from_chance():
    text = "Nearpod raised scores by 4 points."
    assert rules(text, claim="effect", is_significant=True) == []
    assert rules(text, claim="effect", is_significant=False) == ["cause"]
