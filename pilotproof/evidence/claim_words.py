"""The words that name a cause, a proof, a group or a rank, as patterns; evidence/language.py says where each may stand."""

from __future__ import annotations

import re

# "No doubt" and "not only" look like denials and affirm. They are taken out before a denial is looked for.
AFFIRMING = re.compile(
    r"\b(?:(?:there (?:is|was|can be) )?(?:no|little) (?:doubt|question|denying)|without (?:a |any )?(?:doubt|question)|"
    r"no wonder|not (?:only|just|merely|surprisingly)|unsurprisingly|(?:nobody|no one|no-one) (?:can|could) (?:deny|doubt)|"
    r"(?:cannot|can ?not|can[’']t) (?:be )?(?:den(?:y|ied)|doubt(?:ed)?)|whether (?:you|we|they) like it or not)\b",
    re.I,
)
NEGATED = re.compile(r"\b(not|no|nor|never|neither|cannot|can[’']t|n[’']t|without|whether|nothing|none|un(able|likely))\b", re.I)
# A question that asks. "Did you know that it raised scores?" and "Why did it raise scores?" take the answer as given.
ASKS = re.compile(r"^[“\"(]?(?:did|does|do|has|have|can|could|will|would|is|are|was|were|should|what|whether)\b", re.I)
TELLS = re.compile(r"^[“\"(]?(?:did|do|does) (?:you|anyone|anybody) (?:know|realise|realize|see|notice)\b", re.I)

PROOF = re.compile(
    r"\b(prov(?:e[sdn]?|en|ing)|proof|guarantee[sd]?|undeniabl[ey]|undoubtedly|conclusive(?:ly)?|beyond (?:any |a )?doubt|"
    r"(?:is|was|are) no (?:doubt|question|denying) that|without (?:a |any )?doubt)\b",
    re.I,
)
SIGNIFICANT = re.compile(r"\b(?:in)?significan(?:t|tly|ce)\b", re.I)
DEFINED = re.compile(r"\bcalled significant\b", re.I)
P_VALUE = re.compile(r"\bp\b\s*(?:[=<>≤≥]|below|above|of|is|value)|p-value", re.I)
P_NUMBER = re.compile(r"\bp\b\s*(?P<sign>[=>≥])\s*(?P<value>0?\.\d+|1(?:\.0+)?)", re.I)
DAILY = re.compile(
    r"\b(daily|(?:every|each) (?:single )?(?:school )?(?:day|morning|afternoon)|day after day|all the time|constantly)\b", re.I
)
FAULT = re.compile(r"\b(crash\w*|error\w*|fault\w*|fail\w*|outage\w*|freez\w*|froze\w*)\b", re.I)
RATED = re.compile(
    r"\b(?:WWC|What Works Clearinghouse)[-‑ ](?:approved|certified|endorsed|recommended|rated|reviewed)\b|"
    r"\b(?:meets?|met|satisf(?:y|ies|ied)|passe[sd]) (?:all |the )*(?:WWC|What Works Clearinghouse)\b|"
    r"\b(?:approved|certified|endorsed|recommended|rated|reviewed) by the (?:WWC|What Works Clearinghouse)\b",
    re.I,
)
TIER = re.compile(r"\btiers?[  ]+(?P<tier>[1-4]|I{1,3}|IV)\b", re.I)
TIERS = {"1": 1, "2": 2, "3": 3, "4": 4, "i": 1, "ii": 2, "iii": 3, "iv": 4}
SUBGROUP = re.compile(
    r"\b(?:boys|girls|(?:fe)?male students|english (?:language )?learners|ELLs?|multilingual learners|special education|IEPs?|"
    r"students with (?:disabilities|IEPs?)|(?:low|high)(?:er|est)?[- ](?:income|achieving|performing|scoring)|struggling|gifted|"
    r"title I|free[- ]lunch|hispanic|latin[oax]s?|black|white|asian|african[- ]american|native american)\b"
    r"[^.;]{0,40}?\b(?:gain\w*|scor\w+|improv\w+|benefit\w*|rose|grew|learn\w*|outperform\w*|caught up|fell|lost)\b",
    re.I,
)
NO_DIFFERENCE = re.compile(
    r"\b(?:made|makes|make|had|has|shows?|showed|found|finds?|there (?:is|was)) no (?:effect|difference|impact|benefit|gain)\b|"
    r"\b(?:does|did|do) (?:not|nothing)(?: (?:work|help|matter|raise|improve|change))?\b(?= |[.!]|$)|\b(?:is|was) ineffective\b",
    re.I,
)
CAUSAL_VERB = (
    r"(?:caus(?:e[sd]?|ing)|led to|leads? to|result(?:s|ed) in|rais(?:e[sd]?|ing)|boost(?:s|ed|ing)?|improv(?:e[sd]?|ing)|"
    r"increas(?:e[sd]?|ing)|lift(?:s|ed)?|lower(?:s|ed)|reduc(?:e[sd]?|ing)|help(?:s|ed)|harm(?:s|ed)|work(?:s|ed)|"
    r"dr(?:ives?|ove)|accelerat(?:e[sd]?)|enhanc(?:e[sd]?)|transform(?:s|ed)|clos(?:e[sd]) the gap|benefit(?:s|ed)|"
    r"contribut(?:es?|ed) to|produc(?:e[sd]?)|paid off|pays off)"
)
THE = r"(?:(?:the|this|our|that)\s+(?:new\s+)?)"
THINGS = r"(?:tool|app|software|platform|product|programme?|pilot|intervention)"
MADE_BY = r"(?:caused|raised|improved|boosted|lifted|driven|produced|brought about|explained|made possible|lowered|reduced)"
GROWTH = r"(?:gain\w*|learn(?:ed|t)|improv\w+|rose|grew|benefit(?:s|ed)?|progress(?:ed)?|growth)"


def causes(tool: str) -> tuple[re.Pattern[str], ...]:
    """What names the tool as the cause of something, in the order in which it is looked for."""
    named = rf"(?:{re.escape(tool)}(?:[’']s?)?|{THE}{THINGS}(?:[’']s?)?)"
    used = rf"(?:(?:the\s+)?us(?:e|ing)(?:\s+of)?\s+)?{named}"
    return tuple(
        re.compile(pattern, re.I)
        for pattern in (
            rf"(?<!\w){named}(?:,\s+[^,.;:]{{1,30}},|,\s+which)?(?:\s+[\w’'-]+){{0,2}}?\s+{CAUSAL_VERB}(?!\w)",
            rf"(?<!\w){named}(?:\s+\w+){{0,2}}?\s+ma(?:de|kes)\b",
            r"\b(?:because of|due to|thanks to|attributable to|as a result of|owing to|(?:effects?|impacts?|influence) of)\s+"
            rf"{used}(?!\w)",
            rf"\bbecause\s+(?:\w+\s+){{0,2}}us(?:ed|ing|e)\s+{named}(?!\w)",
            rf"\b{MADE_BY}\s+by\s+{used}(?!\w)",
            rf"\b{GROWTH}\b[^.;:]{{0,30}}?\s(?:from|through|with the help of)\s+{used}(?!\w)",
            rf"(?<!\w){named}\s+(?:is|was|has been|proved|proves)\s+(?:\w+\s+){{0,2}}?"
            r"(?:effective|beneficial|successful|responsible|(?:the|one) (?:main )?(?:reason|cause|driver))\b",
            rf"(?<!\w){named}\s+(?:has|had|have|shows?|showed)\s+(?:had\s+)?(?:an?|its|the)?\s*(?:\w+\s+){{0,2}}?"
            r"(?:effects?|impacts?|influence|benefits?)\b",
            rf"(?<!\w){named}\s+g(?:ave|ives?)\s+[^.;:]{{0,30}}?\b(?:boost|lift|gains?|advantage|edge)\b",
        )
    )


# "It raised scores", after a sentence that names the tool
PRONOUN = re.compile(
    r"^(?:and |but )?(?:it|this|that|they)\s+(?:\w+\s+){0,2}?(?:raised|boosted|improved|lifted|caused|lowered|increased)\b"
    r"[^.;]{0,30}?\b(?:scores?|learning|results?|achievement|grades|outcomes?|gains?)\b",
    re.I,
)
