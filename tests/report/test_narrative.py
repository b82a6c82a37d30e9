"""The district's own prose: what Markdown is left of it, and that nothing in it can change the page or hide from its check."""

from __future__ import annotations

import json
import subprocess

import pypandoc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilotproof.pipeline.render import MARKDOWN
from pilotproof.report.narrative import HEADINGS, harmless, own_words

PLAIN = {"Para", "Plain", "BulletList", "OrderedList", "BlockQuote", "CodeBlock", "Emph", "Strong", "Link"}
PLAIN |= {"Str", "Space", "SoftBreak", "LineBreak", "Quoted", "SingleQuote", "DoubleQuote", "Strikeout"}
ENUMERATION = {"Decimal", "DefaultStyle", "DefaultDelim", "Period", "OneParen", "TwoParens"}
ENUMERATION |= {"LowerAlpha", "UpperAlpha", "LowerRoman", "UpperRoman"}
HOSTILE = """\
<script>alert(1)</script> and <b>bold</b>

```{=typst}
#read("/etc/passwd")
```

```{python}
1 + 1
```

::: {.quoted}
It proves everything.
:::

[It proves it.]{.quoted} `#x`{=typst} \\input{x} $x^2$ [@dong2013] @fig-x ![x](figures/x.svg) {{< meta tool >}}

---
lang: xx
---

# A heading

Another
=======

| a | b |
|---|---|
| 1 | 2 |

Term
:   definition

[x]: javascript:alert(1)

[click][x] [click](javascript:alert(1)) [go](https://example.org/a_b?c=d&e=f) <https://example.org>

- one
- two *strong* **words**

1. first

  ----   ----
  a      b

% title

+---+
| a |
+---+

~~struck~~ H~2~O &lt;b&gt; x^2^ ^[note] [^1]

[^1]: a note
"""


def kinds(markdown: str, reader: str) -> set[str]:
    """The kinds of element that Pandoc finds, and the targets of links."""
    command = [pypandoc.get_pandoc_path(), "--from", reader, "--to", "json"]
    done = subprocess.run(command, input=markdown, capture_output=True, text=True, encoding="utf-8", check=True)
    document, found = json.loads(done.stdout), set()
    assert document["meta"] == {}

    def visit(node: object) -> None:
        if isinstance(node, list):
            for child in node:
                visit(child)
        elif isinstance(node, dict):
            found.add(node["t"])
            if node["t"] == "Link":
                assert node["c"][2][0].startswith(("http://", "https://", "mailto:", "#"))
                assert node["c"][0][1:] == [[], []]
            visit(node.get("c"))

    visit(document["blocks"])
    return found


@pytest.mark.parametrize("reader", [MARKDOWN, "markdown"], ids=["embedded", "quarto"])
def test_of_hostile_markdown_only_prose_is_left(reader):
    found = kinds(harmless(HOSTILE), reader)
    assert found <= PLAIN | ENUMERATION
    assert {"Link", "Strong", "Emph", "BulletList", "OrderedList"} <= found


def test_what_is_not_prose_stays_as_it_was_typed():
    command = [pypandoc.get_pandoc_path(), "--from", MARKDOWN, "--to", "plain", "--wrap=none"]
    said = subprocess.run(command, input=harmless(HOSTILE), capture_output=True, text=True, check=True).stdout
    for words in ("<script>alert(1)</script>", "#read(", "{.quoted}", "\\input{x}", "[@dong2013]", "# A heading"):
        assert words in said
    assert "javascript:alert(1)" in said  # as text


LETTERS = st.text(alphabet="ab 1.\n-=+:*_#`{}[]()<>$@|~^!&\\%\"'\t/", max_size=60)


@settings(max_examples=60)
@given(st.lists(LETTERS, min_size=1, max_size=6))
def test_nothing_that_can_be_typed_is_more_than_prose(parts):
    found = kinds(harmless("\n\n".join(parts)), "markdown")
    assert found <= PLAIN | ENUMERATION


def test_each_part_stands_under_a_heading_that_says_whose_words_they_are():
    for key, heading in HEADINGS.items():
        assert own_words({key: "Text."}, key).markdown == f"# {heading}\n\n::: {{.own-words}}\nText.\n:::"
        assert "own words" in heading
        assert own_words({}, key) is None
