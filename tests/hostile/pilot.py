"""The demo pilot with a hostile text in every place that takes words: params, codebook, passports, corrections, ids, records."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

DEMO = "nearpod"
ATTACK = (
    "=1+1 <b>x</b><script>alert(1)</script> **y** `z` $a$ @fig-effect [l](http://attacker.invalid/) ![p](/etc/passwd) "
    '#read("/etc/passwd") #eval("1") \\input{/etc/passwd} {{< include /etc/passwd >}} {{< meta title >}} {{ 7*7 }} '
    "a|b ~~s~~ \x1b[31m \u202eabc \u200bpro\u200bbes --- | \U0001f44d %s {0} </td></w:t>"
)
SHOWN = (
    "=1+1 <b>x</b><script>alert(1)</script> **y** `z` $a$ @fig-effect [l](http://attacker.invalid/) ![p](/etc/passwd) "
    '#read("/etc/passwd") #eval("1") \\input{/etc/passwd} {{< include /etc/passwd >}} {{< meta title >}} {{ 7*7 }} '
    "a|b ~~s~~ \ufffd[31m abc probes --- | \U0001f44d %s {0} </td></w:t>"
)
CLASS, TEACHER, STUDENT, CATEGORY, FEATURE = ("QCLASS", "QTEACHER", "QSTUDENT", "qcategory", "QFEATURE")
IN_PARAMS: dict[str, tuple[str | int, ...]] = {  # the mark of each text, and where it stands
    "QTITLE": ("title",),
    "QTOOL": ("tool",),
    "QDISTRICT": ("district",),
    "QQUESTION": ("question",),
    "QNOTES": ("notes",),
    "QLABEL": ("outcomes", 0, "label"),
    "QDOMAIN": ("outcomes", 0, "domain"),
    "QCITATION": ("evidence", "research_basis", 0, "citation"),
    "QFINDING": ("evidence", "research_basis", 0, "finding"),
    "QSTUDY": ("evidence", "ongoing_study"),
    "QPROBLEM": ("evidence", "logic_model", "problem"),
    "QOUTPUTS": ("evidence", "logic_model", "outputs"),
    "QPRIOR": ("analysis", "prior", "source"),
    "QCHECKED": ("checklist", "checked_by"),
    "QLOGO": ("page", "logo_alt"),
}


OTHERS = (  # in the codebook, the passports, the corrections and the records
    *(
        "QINSTRUMENT",
        "QPUBLISHED",
        "QSUBSCALE",
        "QMEANING",
        "QTOPIC",
        "QSENT",
        "QAGREEMENT",
        "QROW",
        "QBECAUSE",
        "QTOLD",
        "QMESSAGE",
    ),
    *(CLASS, TEACHER, STUDENT, CATEGORY, FEATURE),
)
IN_PROSE = {"QINTRODUCTION": "introduction", "QRECOMMENDATIONS": "recommendations"}  # where emphasis and links are meant


def prose(text: str) -> str:
    """The text without what prose may hold."""
    return text.replace("[l](http://attacker.invalid/) ", "").replace("**y** ", "")


def hostile(mark: str) -> str:
    """The attack, with a mark to find it by on the page."""
    return f"{mark} {ATTACK}"


def shown(mark: str) -> str:
    """What a reader must see of it."""
    return f"{mark} {SHOWN}"


def poison(project: Path) -> None:
    """Write the texts into a copy of the project, and passports that fit."""
    _poison_params(project / f"params/{DEMO}.yaml")
    _poison_instrument(project / "params/instruments/tam.yaml")
    raw = project / "data/raw" / DEMO
    _poison_records(raw)
    _poison_corrections(raw)
    _poison_passports(raw)


def _poison_params(path: Path) -> None:
    tree = yaml.safe_load(path.read_text(encoding="utf-8"))
    tree["analysis"]["prior"] = {"mean": 0.05, "sd": 0.15, "source": "x"}
    tree["page"] |= {"logo": "logo.svg", "logo_alt": "x"}
    (path.parent / "logo.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M0 0L9 9"/></svg>'
    )
    for mark, way in IN_PARAMS.items():
        inner: Any = tree
        for part in way[:-1]:
            inner = inner[part]
        inner[way[-1]] = hostile(mark)
    tree["narrative"] = {key: prose(hostile(mark)) for mark, key in IN_PROSE.items()}
    tree["design"]["treated"][0] = hostile(CLASS)
    _dump(path, tree)


def _poison_instrument(path: Path) -> None:
    tree = yaml.safe_load(path.read_text(encoding="utf-8"))
    tree |= {"title": hostile("QINSTRUMENT"), "published_in": hostile("QPUBLISHED")}
    tree["subscales"][0] |= {"label": hostile("QSUBSCALE"), "meaning": hostile("QMEANING")}
    tree["topics"]["PU1"] = hostile("QTOPIC")
    _dump(path, tree)


def _poison_records(raw: Path) -> None:
    names = {
        "MATH6-01": hostile(CLASS),
        "t-1005": hostile(TEACHER),
        "T-1005": hostile(TEACHER),
        "S-20121": hostile(STUDENT),
        "crash": hostile(CATEGORY),
        "Quiz": hostile(FEATURE),
    }
    for path in raw.rglob("*.csv"):
        _rewrite(path, lambda cell: names.get(cell.strip(), cell))
    _rewrite(raw / "error_log.csv", lambda cell: hostile("QMESSAGE") if cell == "App closed for the whole class" else cell)


def _rewrite(path: Path, change: Callable[[str], str]) -> None:
    rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([[change(cell) for cell in row] for row in rows])
    path.write_text(text.getvalue(), encoding="utf-8")


def _poison_corrections(raw: Path) -> None:
    rows = list(csv.DictReader(io.StringIO((raw / "outcomes.csv").read_text(encoding="utf-8"))))
    of = next(row for row in rows if row["Posttest"].isdigit() and row["Class"] == "MATH6-02")
    entry = {
        "file": "outcomes.csv",
        "where": {"Student ID": of["Student ID"]},
        "column": "Posttest",
        "expect": {"equals": of["Posttest"]},
        "set": int(of["Posttest"]) - 1,
        "because": hostile("QBECAUSE"),
        "told": hostile("QTOLD"),
        "date": "2026-10-20",
    }
    rows_alike = sum(row["Student ID"] == of["Student ID"] for row in rows)
    _dump(raw / "corrections.yaml", {"corrections": [entry | {"rows": rows_alike}]})


def _poison_passports(raw: Path) -> None:
    path = raw / "source.yaml"
    tree = yaml.safe_load(path.read_text(encoding="utf-8"))
    for passport in tree["files"]:
        passport["sha256"] = hashlib.sha256((raw / passport["file"]).read_bytes()).hexdigest()
        passport |= {"sent_by": hostile("QSENT"), "agreement": hostile("QAGREEMENT"), "one_row_is": hostile("QROW")}
    _dump(path, tree)


def _dump(path: Path, tree: Any) -> None:
    path.write_text(yaml.safe_dump(tree, allow_unicode=True, sort_keys=False), encoding="utf-8")
