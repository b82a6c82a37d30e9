"""Many pilots on one machine: does time grow with their number, does memory stay, do two workers make twice as many?

    python benchmarks/batch.py [--sizes 1,2,10] [--most-workers 2] [--alone-up-to 50]

Simulated pilots, each with a seed of its own. Times count only within one run.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path

from measuring import Run, add_pilot, copy_project, pilotproof, run, write_results


def make(root: Path, pilots: list[str], workers: int) -> Run:
    """Make all reports from nothing."""
    for name in pilots:
        for folder in (root / "reports" / name, root / "data/processed" / name):
            shutil.rmtree(folder, ignore_errors=True)
    return run(pilotproof("reports", *pilots, "--jobs", str(workers), "--renderer", "embedded"), root, memory=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="1,2,10", help="numbers of pilots, such as 1,2,10,50,200")
    parser.add_argument("--most-workers", type=int, default=2)
    parser.add_argument("--alone-up-to", type=int, default=50, help="larger sizes run with the most workers only")
    given = parser.parse_args()
    sizes = [int(size) for size in given.sizes.split(",")]
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        root = copy_project(Path(folder).resolve())
        pilots = [add_pilot(root, f"pilot-{n + 1:03d}", seed=n + 1) for n in range(max(sizes))]
        for size in sizes:
            alone: Run | None = None
            fewest = 1 if size <= given.alone_up_to else given.most_workers
            for workers in range(fewest, min(given.most_workers, size) + 1):
                made = make(root, pilots[:size], workers)
                alone = made if workers == 1 else alone
                rows.append(
                    {
                        "pilots": size,
                        "workers": workers,
                        "seconds": f"{made.seconds:.1f}",
                        "processor seconds a pilot": f"{made.busy / size:.2f}",
                        "reports a minute": f"{60 * size / made.seconds:.1f}",
                        "times one worker": f"{alone.seconds / made.seconds:.2f}" if alone else "",
                        "peak MB": f"{made.megabytes:.0f}",
                    }
                )
                print(rows[-1])
    write_results(__file__, rows)


if __name__ == "__main__":
    main()
