"""Whether a document keeps to what Quarto documents: its head, divs, callouts, attributes, cross-references, shortcodes.

Source: quarto.org, Reference (formats typst, html, docx), Guide (Markdown basics, Cross-references, Callouts, Shortcodes).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import yaml

# By key: the type, or the values, that the reference gives it.
FORMATS: dict[str, dict[str, Any]] = {
    "typst": {
        "papersize": {"us-letter", "a4"},
        "pdf-standard": {"ua-1", "a-2b", "a-3b", "1.7", "2.0"},
        "template-partials": list,
    },
    "html": {
        "css": str,
        "embed-resources": bool,
        "minimal": bool,
        "html-math-method": {"mathml", "mathjax", "katex", "plain", "webtex", "gladtex"},
        "theme": str,
        "toc": bool,
        "toc-depth": int,
        "shift-heading-level-by": int,
    },
    "docx": {"reference-doc": str},
}
DOCUMENT = {
    "title": str,
    "subtitle": str,
    "lang": str,
    "bibliography": str,
    "citeproc": bool,
    "filters": list,
    "execute": dict,
    "format": dict,
}
PARTIALS = {"typst-template.typ", "typst-show.typ", "definitions.typ", "page.typ", "notes.typ", "biblio.typ"}
CALLOUTS = {"note", "warning", "important", "tip", "caution"}
CALLOUT_KEYS = {"title", "collapse", "appearance", "icon"}
SHORTCODES = {"meta"}
# Prefixes that make an id one of Quarto's cross-references.
CROSS = {"fig", "tbl", "lst", "sec", "eq", "thm", "lem", "cor", "prp", "cnj", "def", "exm", "exr", "sol", "rem", "alg", "nte"}
FENCE = re.compile(r"^(:{3,})\s*(.*?)\s*$")
CODE = re.compile(r"^(`{3,})\s*(.*?)\s*$")
ATTRIBUTES = re.compile(r"\{((?:[^{}\"\\]|\\.|\"(?:[^\"\\]|\\.)*\")*)\}$")
ATTRIBUTE = re.compile(r"""[#.][A-Za-z][\w:.-]*|[A-Za-z][\w:.-]*=(?:"(?:[^"\\]|\\.)*"|'[^']*'|[\w%.-]+)""")


def head_and_body(text: str) -> tuple[dict[str, Any], list[str]]:
    """The YAML head and the lines below it. Raises ValueError without a head."""
    found = re.match(r"---\n(.*?)\n---\n", text, re.DOTALL)
    if found is None:
        raise ValueError("the document does not begin with a YAML head")
    return yaml.safe_load(found[1]), text[found.end() :].splitlines()


def faults(text: str, own_keys: set[str], sources: set[str]) -> list[str]:
    """All that Quarto does not document. own_keys : of the head, that our template reads; sources : of the bibliography."""
    head, lines = head_and_body(text)
    body, blocks = _without_code(lines)
    return [*_head(head, own_keys), *blocks, *_divs(body), *_attributes(body), *_references(body, sources), *_shortcodes(body)]


def _head(head: dict[str, Any], own_keys: set[str]) -> Iterator[str]:
    for key, value in head.items():
        if key in DOCUMENT and not isinstance(value, DOCUMENT[key]):
            yield f"head: {key} is no {DOCUMENT[key].__name__}"
        if key not in DOCUMENT and key not in own_keys:
            yield f"head: nothing reads {key}"
    for form, options in head["format"].items():
        if form not in FORMATS:
            yield f"head: there is no format {form}"
        for key, value in options.items():
            wanted = FORMATS.get(form, {}).get(key)
            if wanted is None:
                yield f"head: format {form} has no {key}"
            elif value not in wanted if isinstance(wanted, set) else not isinstance(value, wanted):
                yield f"head: {form}: {key} cannot be {value!r}"
    for partial in head["format"].get("typst", {}).get("template-partials", []):
        if partial.rsplit("/", 1)[-1] not in PARTIALS:
            yield f"head: Quarto has no partial {partial}"


def _without_code(lines: list[str]) -> tuple[list[str], list[str]]:
    """The lines outside code blocks, and what is wrong with the blocks: cells that would be run, an end that is missing."""
    body, found, fence = [], [], None
    for line in lines:
        if fence is not None:
            fence = None if line.strip() == fence else fence
        elif opened := CODE.match(line):
            fence = opened[1]
            if re.match(r"\{+\w", opened[2]):
                found.append(f"a code cell that would be run: {line}")
            elif opened[2].startswith("{") and not _is_well_formed(opened[2]):
                found.append(f"attributes that cannot be read: {line}")
        else:
            body.append(line)
    return body, found + ([] if fence is None else ["a code block does not end"])


def _divs(body: list[str]) -> Iterator[str]:
    depth = 0
    for before, line in pairwise(["", *body]):
        if not (fence := FENCE.match(line)):
            continue
        if not fence[2]:
            depth -= 1
            if depth < 0:
                yield "a div ends that was never opened"
            continue
        depth += 1
        if before.strip() and not FENCE.match(before):
            yield f"no empty line before {line}"
        for kind in re.findall(r"\.callout-(\w+)", fence[2]):
            keys = set(re.findall(r"([\w-]+)=", re.sub(r"\"[^\"]*\"", "", fence[2])))
            if kind not in CALLOUTS or not keys <= CALLOUT_KEYS:
                yield f"no such callout: {line}"
    if depth > 0:
        yield f"{depth} divs do not end"


def _attributes(body: list[str]) -> Iterator[str]:
    for line in body:
        stripped = re.sub(r"`[^`]*`", "", line)
        found = ATTRIBUTES.search(stripped)
        if found and re.match(r"[#.]", found[1]) and not _is_well_formed(found[0]):
            yield f"attributes that cannot be read: {found[0]}"
    ids = Counter(re.findall(r"\{#([\w:.-]+)", "\n".join(body)))
    yield from (f"{name} names {times} things" for name, times in ids.items() if times > 1)
    yield from (
        f"the name {name} has letters that a reference cannot have" for name in ids if not re.fullmatch(r"[a-z][a-z0-9-]*", name)
    )


def _is_well_formed(attributes: str) -> bool:
    return not ATTRIBUTE.sub("", attributes[1:-1]).strip()


def _references(body: list[str], sources: set[str]) -> Iterator[str]:
    text = re.sub(r"\\@", "", re.sub(r"`[^`\n]*`", "", "\n".join(body)))
    for name in re.findall(r"^!\[.*\]\(.*\)\{#([\w-]+)", text, re.MULTILINE):
        if not name.startswith("fig-"):
            yield f"a figure named {name}"
    captions = re.findall(r"(?:(?<=\n\n)|^): (.*)$", text, re.MULTILINE)
    for caption in captions:
        if not re.search(r" \{#tbl-[a-z0-9-]+\}$", caption):
            yield f"a table without a name: {caption}"
    named = set(re.findall(r"\{#([\w-]+)", text))
    yield from (f"{name} is no cross-reference of ours" for name in named if name.split("-")[0] in CROSS - {"fig", "tbl"})
    for name in set(re.findall(r"(?<![\w@])@([a-z][\w-]*)", text)):
        if name not in named and name not in sources:
            yield f"@{name} leads nowhere"
    yield from (f"#{name} leads nowhere" for name in re.findall(r"\]\(#([\w-]+)\)", text) if name not in named)


def _shortcodes(body: list[str]) -> Iterator[str]:
    for code in re.findall(r"\{\{<\s*(\w+)", "\n".join(body)):
        if code not in SHORTCODES:
            yield f"no shortcode {code}"
