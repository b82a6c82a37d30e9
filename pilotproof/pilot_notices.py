"""What a params file says that can be true and most likely is not: it stops nothing, and a person should look at it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pilotproof.errors import ParamsError
from pilotproof.pilot import Pilot, load_pilot
from pilotproof.sources.passport import PASSPORT_FILE, Passports, files_used, load_passports
from pilotproof.workspace import Workspace

DEMO = "nearpod"
OWN_WORDS = ("evidence.logic_model", "evidence.research_basis", "evidence.ongoing_study", "evidence.tier4_packet")
OWN_FACTS = ("checklist", "licences")  # equal as a whole: two pilots may share one of their values


def demo_texts(name: str, pilot: Pilot, workspace: Workspace) -> Iterator[str]:
    """Parts of a real pilot's params that are the demo pilot's, word for word: copied with the file and never replaced."""
    if pilot.is_simulated or name == DEMO or DEMO not in workspace.pilots():
        return
    try:
        demo = load_pilot(DEMO, workspace)
    except ParamsError:
        return  # whoever changed the demo's params has nothing to compare with
    for key in (*OWN_WORDS, *OWN_FACTS):
        own = _part(pilot, key)
        if own and own == _part(demo, key) and own != _default(key):
            yield (
                f"{workspace.show(workspace.params(name))}: {key} is that of the invented demo pilot {DEMO}, unchanged. "
                "Write what is true of this pilot, or delete the key."
            )


def other_days(name: str, pilot: Pilot, passports: Passports, workspace: Workspace) -> Iterator[str]:
    """The day on which the last export arrived, where the params and the passports do not say the same."""
    days = [passport.received for file in files_used(pilot) if (passport := passports.get(file)) is not None]
    if days and max(days) != pilot.data_received:
        yield (
            f"{workspace.show(workspace.params(name))}: data_received is {pilot.data_received}, but by the passports "
            f"the last export arrived on {max(days)}. The report prints data_received as the date of its data; correct one."
        )


def outcomes_arrived(name: str, workspace: Workspace) -> str | None:
    """What to say of a plan that is written when outcomes are there already; None where none are.

    Raises ParamsError for params or passports that cannot be read.
    """
    folder, files = workspace.raw(name), load_pilot(name, workspace).sources.outcomes.all_files
    if not (there := [file for file in files if (folder / file).is_file()]):
        return None
    passports = load_passports(name, workspace) if (folder / PASSPORT_FILE).is_file() else Passports(files=())
    days = [passport.received for file in there if (passport := passports.get(file)) is not None]
    when = f", received on {min(days)}" if days else ""
    return (
        f"outcomes have arrived already ({', '.join(there)}{when}). A plan that is written now is no proof against choices made "
        "after the results were seen, and the report will say so."
    )


def _part(pilot: Pilot, key: str) -> Any:
    value: Any = pilot
    for name in key.split("."):
        value = getattr(value, name)
    return value


def _default(key: str) -> Any:
    """What the part is when the params do not say it."""
    field = Pilot.model_fields[key.split(".")[0]]
    value = field.get_default(call_default_factory=True)
    for name in key.split(".")[1:]:
        value = getattr(value, name)
    return value
