"""The page may not say more than the design carries, whoever wrote the sentence."""

from __future__ import annotations

import pytest

from pilotproof.evidence.language import Sentence, overclaims


def rules(text: str, *, claim: str = "association", may_say_daily: bool = False, tool: str = "Nearpod") -> list[str]:
    found = overclaims([Sentence(text=text, place="x")], tool=tool, claim=claim, may_say_daily=may_say_daily)
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
        ("That is not proof that there is no difference.", []),
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
        return [found.rule for found in overclaims([sentence], tool="Nearpod", claim="change", may_say_daily=False)]

    assert of_a_theory("Nearpod raises scores after four weeks.") == []
    assert of_a_theory("Nearpod is proven to raise scores.") == ["proof"]
