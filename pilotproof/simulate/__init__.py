"""Write realistic raw exports of a pilot whose truth is known: demo data, rehearsal, coverage tests.

`simulate_pilot` writes files; `draw_scores` gives the scores alone, in memory, for simulations over many
seeds; `Truth` says what is true: no effect, forty schools, no mess.
"""

from __future__ import annotations

from pathlib import Path

from pilotproof.simulate import acceptance, error_log, lesson_coding, observations, outcomes, roster, sessions, survey, usage
from pilotproof.simulate.files import Export, write_exports
from pilotproof.simulate.outcomes import Scores, draw_scores
from pilotproof.simulate.people import draw_people
from pilotproof.simulate.truth import DEFAULT_SEED, Truth

__all__ = ["DEFAULT_SEED", "Scores", "Truth", "draw_scores", "simulate_pilot"]


def simulate_pilot(folder: Path, *, seed: int = DEFAULT_SEED, truth: Truth | None = None) -> None:
    """Write the exports of one simulated pilot, their passports (source.yaml) and truth.json into `folder`.

    seed : any whole number from 0; the same seed and truth give the same bytes on every machine
    truth : what to simulate; the demo pilot when None
    Files of the same names are replaced, others are left alone. Everything is written to a temporary folder
    first and moved when whole; source.yaml and truth.json move last.
    Raises ValueError for a negative seed; OSError when the folder cannot be written.
    """
    truth = truth if truth is not None else Truth()
    people = draw_people(truth, seed)
    scores = draw_scores(seed=seed, truth=truth)
    log = sessions.draw_lessons(truth, people, seed)
    exports: list[Export] = []
    planted: dict[str, object] = {"seed": seed, "truth": truth.as_json()}
    for name, (written, facts) in {
        "outcomes": outcomes.export(truth, people, scores, seed),
        "roster": roster.export(truth, people),
        "teacher_survey": survey.export(truth, people, seed),
        "acceptance_survey": acceptance.export(truth, people, seed),
        "sessions": sessions.export(truth, log),
        "error_log": error_log.export(truth, log, seed),
        "usage": usage.export(truth, people, usage.draw_use(truth, people, seed)),
        "observations": observations.export(truth, observations.draw_sessions(truth, people, seed)),
        "lesson_coding": lesson_coding.export(truth, lesson_coding.draw_coded_lessons(truth, log, seed)),
    }.items():
        exports.extend(written)
        planted[name] = facts
    write_exports(folder, exports, received=truth.received, truth=planted)
