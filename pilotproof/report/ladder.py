"""The ESSA ladder of page one: four rungs, how many gates of each were passed, and which stopped the evidence."""

from __future__ import annotations

from pilotproof.evidence.gates import Gate
from pilotproof.findings import Findings
from pilotproof.report import gate_text
from pilotproof.report.block import table
from pilotproof.report.strings import ENGLISH, Language

TIERS = (1, 2, 3, 4)
MOST_NAMED = 3


def ladder(findings: Findings, language: Language = ENGLISH) -> str:
    """The table of four rungs, and what it rests on."""
    header = [language.say(f"ladder.{column}") for column in ("tier", "verdict", "gates")]
    rows = [
        [
            f"{language.say(f'tier.{tier}')}: {language.say(f'tier.{tier}.meaning')}",
            f"**{language.say('ladder.yes')}**" if findings.tier.stands(tier) else language.say("ladder.no"),
            _gates(tier, findings, language),
        ]
        for tier in TIERS
    ]
    body = table(header, rows, align="lll", widths=[27, 15, 58])
    return f"::: {{.ladder}}\n{body}\n:::\n\n::: {{.small}}\n{language.say('ladder.note')}\n:::"


def _gates(tier: int, findings: Findings, language: Language) -> str:
    asked = [gate for gate in findings.tier.gates if gate.tier == tier and gate.verdict != "not applicable"]
    closed = findings.tier.closed(tier)
    if not closed:
        return _none_closed(tier, len(asked), findings, language)
    decisive = gate_text.decisive(closed)
    named = list(dict.fromkeys(stop(gate, findings, language) for gate in decisive))  # two gates may stop for one reason
    stops = named[:MOST_NAMED]
    if len(named) > MOST_NAMED:
        stops.append(language.say("ladder.more", n=len(named) - MOST_NAMED, place=language.say("ladder.place")))
    return language.say("ladder.some", some=len(asked) - len(closed), of=len(asked), stops="; ".join(stops))


def _none_closed(tier: int, of: int, findings: Findings, language: Language) -> str:
    if findings.tier.stands(tier):
        return language.say("ladder.all", of=of)
    return language.say("ladder.own", of=of, below=language.say(f"tier.{tier + 1}"))


def stop(gate: Gate, findings: Findings, language: Language) -> str:
    """What stops the evidence at a closed gate, with its numbers."""
    known = [f"gate.{name}" for name in (gate.name, f"{gate.name}.{_which(gate)}") if language.has(f"gate.{name}")]
    return language.say(known[-1], **_values(gate, findings.primary.unit_of_inference, language))


def _which(gate: Gate) -> str | None:
    """Which of several sentences of a gate: by what was stated, or "none" where there is no number."""
    seen = gate.observed
    if gate.name == "no overriding negative finding":
        return str(seen["stated"])
    if gate.name == "clusters per arm":
        return str(seen["alone"]) if "alone" in seen else None
    if gate.name == "selection controls":
        return "group" if seen["how"] != "none" else "lost" if "lot" in seen else "none"
    asked = {"significant": "p_value", "several outcomes": "adjusted_p", "positive": "estimate"}
    if gate.name == "methods agree":
        return "none" if seen["p_value"] is None or seen["second_p_value"] is None else None
    return "none" if gate.name in asked and seen[asked[gate.name]] is None else None


def _values(gate: Gate, cluster: str, language: Language) -> dict[str, str]:
    """The gate's numbers in words, those that it has."""
    seen = gate.observed
    counted = {
        "fewest": ("fewest", cluster),
        "students": ("students", "student"),
        "outcomes": ("family_size", "outcome"),
        "districts": ("districts", "district"),
        "schools": ("schools", "school"),
        "days": ("starts", "different day"),
    }
    values = {name: language.count(int(seen[key]), unit) for name, (key, unit) in counted.items() if _is_number(seen.get(key))}
    p_values = {
        "p": "adjusted_p" if gate.name == "several outcomes" else "p_value",
        "first": "p_value",
        "second": "second_p_value",
    }
    values |= {name: language.p(float(seen[key])) for name, key in p_values.items() if _is_number(seen.get(key))}
    named = {"populations": "populations", "settings": "settings"}
    values |= {name: language.say(f"gate.{seen[key]}") for name, key in named.items() if key in seen}
    values |= {name: language.whole(int(seen[name])) for name in ("before", "after") if _is_number(seen.get(name))}
    if _is_number(seen.get("estimate")):
        values["difference"] = language.signed(float(seen["estimate"]))
    if "rating" in seen:
        values["rating"] = language.say(f"gate.rating.{seen['rating']}")
    if "site_is" in seen:
        values["sites"] = language.say(f"plural.{seen['site_is']}")
    return values | {"limit": language.limit(gate.threshold)}


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
