"""Events of learning tools as JSON: xAPI statements and Caliper events."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from pilotproof.sources.raw import RawTable

LAST_PART = re.compile(r"([^/#:]+)[/#:]*$")
DURATION = re.compile(
    r"P(?:(?P<days>\d+(?:\.\d+)?)D)?(?:T(?:(?P<hours>\d+(?:\.\d+)?)H)?(?:(?P<minutes>\d+(?:\.\d+)?)M)?(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?"
)
MINUTES_OF = {"days": 1440.0, "hours": 60.0, "minutes": 1.0, "seconds": 1 / 60}
VOIDED = "http://adlnet.gov/expapi/verbs/voided"


def events_of_records(records: Iterable[tuple[int, dict[str, Any]]], *, file: str) -> RawTable:
    """xAPI statements or Caliper events as a table of events (usage_layouts.EVENTS); the index is the line of the file.

    An event without an actor, a verb or a time is not valid, nor is one that a later statement voids. An actor is known by the
    account's name, the e-mail or its SHA-1, in this order.
    """
    rows = [(line, record, _row(record)) for line, record in records]
    voided = {_id(record.get("object")) for _, record, row in rows if row["event"] == VOIDED}
    cells = [
        {
            **row,
            "event": _last_part(row["event"]),
            "record": json.dumps(record, sort_keys=True),
            "is_valid": row["is_valid"] and record.get("id") not in voided,
        }
        for _, record, row in rows
    ]
    frame = pd.DataFrame(cells, index=[line for line, _, _ in rows])
    text = [column for column in frame if column != "is_valid"]
    return RawTable(file, frame.astype(dict.fromkeys(text, "str")))


def starts_as_json(path: Path) -> bool:
    """Whether the file's first sign is that of a JSON object or list."""
    with path.open("rb") as stream:
        start = stream.read(64).removeprefix(b"\xef\xbb\xbf").lstrip()
    return start[:1] in (b"{", b"[")


def minutes_of(duration: object) -> str:
    """An ISO 8601 duration as minutes: `PT1H30M` is 90. Empty for anything else."""
    found = DURATION.fullmatch(duration) if isinstance(duration, str) and duration not in ("P", "PT") else None
    if found is None:
        return ""
    return repr(sum(float(value) * MINUTES_OF[unit] for unit, value in found.groupdict().items() if value))


def _row(record: dict[str, Any]) -> dict[str, Any]:
    verb = record.get("action") if "eventTime" in record else _id(record.get("verb"))
    row = {
        "user": _actor(record),
        "time": record.get("eventTime") or record.get("timestamp") or record.get("stored") or "",
        "end": record.get("endedAtTime") or "",
        "minutes": _duration(record),
        "feature": _feature(record),
        "event": verb if isinstance(verb, str) else "",
    }
    row = {name: value if isinstance(value, str) else "" for name, value in row.items()}
    return row | {"is_valid": bool(row["user"] and row["event"] and row["time"]) and row["event"] != VOIDED}


def _actor(record: dict[str, Any]) -> str:
    actor = record.get("actor")
    if isinstance(actor, str):
        return _last_part(actor)
    if not isinstance(actor, dict):
        return ""
    account = actor.get("account")
    if isinstance(account, dict) and isinstance(account.get("name"), str):
        return account["name"]
    for key in ("mbox", "mbox_sha1sum", "id", "@id"):
        if isinstance(value := actor.get(key), str) and value:
            return value.removeprefix("mailto:") if key == "mbox" else _last_part(value) if key.endswith("id") else value
    return ""


def _duration(record: dict[str, Any]) -> str:
    """The length that the event states of itself; the length of a video that was opened is not one."""
    result = record.get("result")
    stated = result.get("duration") if isinstance(result, dict) else None
    return minutes_of(stated or record.get("duration"))


def _feature(record: dict[str, Any]) -> str:
    """The kind of thing that was used."""
    target = record.get("object")
    if not isinstance(target, dict):
        return ""
    definition = target.get("definition")
    kind = definition.get("type") if isinstance(definition, dict) else None
    return _last_part(str(kind or target.get("type") or target.get("@type") or target.get("objectType") or ""))


def _id(thing: object) -> str:
    return str(thing.get("id") or "") if isinstance(thing, dict) else thing if isinstance(thing, str) else ""


def _last_part(text: str) -> str:
    """The last part of a path or urn: `http://…/verbs/completed` is `completed`."""
    found = LAST_PART.search(text.strip())
    return found.group(1) if found else ""
