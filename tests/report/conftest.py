"""The demo pilot's findings, for tests of what the pages say."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest

from pilotproof.findings import Findings, Provenance

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "nearpod-findings.json"


@pytest.fixture
def demo() -> Findings:
    """`demo_findings`, for tests."""
    return demo_findings()


@cache
def demo_findings() -> Findings:
    """The golden findings, with an empty provenance."""
    nothing = Provenance(pilotproof="0", code="0", params_sha256="0", packages={}, seed=1, inputs=())
    content = json.loads(GOLDEN.read_text(encoding="utf-8")) | {"provenance": nothing.model_dump()}
    return Findings.model_validate(content)
