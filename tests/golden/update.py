"""Write the golden findings of the demo pilot anew. Run by `make golden`; look at the difference before committing it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[2]
GOLDEN = Path(__file__).with_name("nearpod-findings.json")


def without_provenance(findings: Path) -> dict[str, Any]:
    """The findings without the hashes and versions that change with every line of code."""
    content = json.loads(findings.read_text(encoding="utf-8"))
    del content["provenance"]
    return content


def main() -> None:
    """Take the findings of the last report as golden."""
    content = without_provenance(PROJECT / "data" / "processed" / "nearpod" / "findings.json")
    GOLDEN.write_text(json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
