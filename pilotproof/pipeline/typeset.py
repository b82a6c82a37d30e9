"""Sets one Typst document, as a program of its own: what Typst remembers of a document is given back when the program ends."""

from __future__ import annotations

import json
import sys
from typing import Any

import typst


def main() -> int:
    """Read what to do as JSON from standard input: `source`, `root`, `fonts`, `output` and the `options` of compile.

    output : a path; of pictures with {p} in the place of the page's number
    """
    asked: dict[str, Any] = json.load(sys.stdin)
    compiler = typst.Compiler(asked["source"], root=asked["root"], font_paths=asked["fonts"], ignore_system_fonts=True)
    try:
        compiler.compile(output=asked["output"], timestamp=0, **asked["options"])
    except Exception as error:  # the wheel raises its own class for whatever Typst reports
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
