"""How fast a log of ten million records is cleaned, against a bare count by DuckDB and against pandas, and in how much memory.

    python benchmarks/intake.py [--records 10000000] [--write]

Each way runs in a process of its own on the same generated file; the figures are ratios within one run.
"""

from __future__ import annotations

import argparse
import csv
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import duckdb

from pilotproof.clean.reliability import clean_errors
from pilotproof.pilot import ErrorLogSource, Window
from pilotproof.sources.error_log import log_of_relation
from pilotproof.sources.large import csv_log, csv_relation, database

RESULTS = Path(__file__).with_suffix(".csv")
WINDOW = Window(start=date(2026, 9, 14), end=date(2026, 10, 9))
SOURCE = ErrorLogSource(
    file="log.csv",
    time_column="time",
    teacher_column="teacher",
    period_column="period",
    category_column="category",
    message_column="message",
    severity_column="severity",
    place_column="device",
    lowest_severity="error",
    time_formats=("%Y-%m-%d %H:%M:%S",),
    test_categories=("test",),
)
ERRORS = ("error", "critical")


def generate(path: Path, records: int) -> None:
    """A log with 3 % errors, some entered twice, some outside the window; the same bytes each time."""
    duckdb.connect().execute(
        f"""
        COPY (
            SELECT strftime(TIMESTAMP '2026-09-10 08:00:00' + to_seconds(((i * 7919) % 2678400)::BIGINT), '%Y-%m-%d %H:%M:%S')
                    AS time,
                't-' || (1001 + hash(i) % 400) AS teacher, 1 + hash(i + 1) % 7 AS period,
                'device-' || (hash(i + 2) % 5000) AS device,
                CASE WHEN hash(i + 3) % 100 < 2 THEN 'ERROR' WHEN hash(i + 3) % 100 < 3 THEN 'CRITICAL'
                    WHEN hash(i + 3) % 100 < 10 THEN 'WARN' ELSE 'INFO' END AS severity,
                ['login', 'crash', 'slow', 'audio', 'test'][(1 + hash(i + 4) % 5)::INT] AS category,
                'session ' || i || ' of lesson ' || (i % 997) || ': the request took ' || (hash(i + 5) % 9000) || ' ms' AS message
            FROM (SELECT CASE WHEN r % 500 = 0 THEN r - 1 ELSE r END AS i FROM range({records}) AS n(r))
        ) TO '{path}' (HEADER)
        """
    )


def ours(path: Path) -> int:
    """The whole cleaning: severities, tests, window, double entries, signatures, incidents, accounts."""
    log = log_of_relation(csv_log(path, shown_as=path.name), SOURCE)
    return len(clean_errors(log, source=SOURCE, window=WINDOW, sessions=None).tables["errors"])


def bare(path: Path) -> int:
    """What any reading of the file costs: a count by teacher, period and category."""
    with database() as connection:
        sql = f"SELECT teacher, period, category, count(*) FROM ({csv_relation(path, shown_as=path.name)}) GROUP BY ALL"
        return len(connection.execute(sql).fetchall())


def with_pandas(path: Path) -> int:
    """The same cleaning as far as incidents, as one writes it in pandas."""
    import pandas as pd

    log = pd.read_csv(path, dtype=str, keep_default_na=False)
    log = log[log["severity"].str.lower().isin(ERRORS)]
    log = log.assign(time=pd.to_datetime(log["time"], format="%Y-%m-%d %H:%M:%S"))
    log = log[log["category"] != "test"]
    log = log[log["time"].between("2026-09-14", "2026-10-09 23:59:59")].drop_duplicates()
    log = log.assign(signature=log["message"].str.replace(r"\d+", "<n>", regex=True))
    cause = ["teacher", "device", "period", "category", "signature"]
    log = log.sort_values([*cause, "time"])
    gap = log.groupby(cause)["time"].diff()
    return int((gap.isna() | (gap > pd.Timedelta(minutes=5))).sum())


WAYS = {"bare count": bare, "pilotproof": ours, "pandas": with_pandas}


def measure(way: str, path: Path) -> tuple[float, float, int]:
    """Seconds, peak memory in MB and the answer, in a fresh process."""
    done = subprocess.run(
        [sys.executable, __file__, "--way", way, "--file", str(path)], capture_output=True, text=True, check=True
    )
    seconds, megabytes, answer = done.stdout.split()
    return float(seconds), float(megabytes), int(answer)


def run_one(way: str, path: Path) -> None:
    """Print seconds, peak memory and the answer of one way."""
    started = time.perf_counter()
    answer = WAYS[way](path)
    seconds = time.perf_counter() - started
    print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, answer)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=10_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--write", action="store_true", help="keep the results in benchmarks/intake.csv")
    parser.add_argument("--way", choices=WAYS)
    parser.add_argument("--file", type=Path)
    given = parser.parse_args()
    if given.way:
        return run_one(given.way, given.file)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log.csv"
        generate(path, given.records)
        print(f"{given.records:,} records, {path.stat().st_size / 2**20:,.0f} MB, {os.cpu_count()} cores")
        rounds: dict[str, list[tuple[float, float, int]]] = {way: [] for way in WAYS}
        for turn in range(given.rounds):  # in turns, so that a busy moment of the machine meets all ways alike
            for way in WAYS:
                if way != "pandas" or turn == 0:
                    rounds[way].append(measure(way, path))
        size = path.stat().st_size
    best = {way: min(found) for way, found in rounds.items()}
    base = best["bare count"][0]
    rows = [
        [way, f"{seconds:.1f}", f"{seconds / base:.2f}", f"{megabytes:.0f}", answer, given.records, size]
        for way, (seconds, megabytes, answer) in best.items()
    ]
    for row in rows:
        print(f"{row[0]:<12} {row[1]:>7} s  {row[2]:>6} x bare  {row[3]:>6} MB  answer {row[4]:,}")
    if given.write:
        with RESULTS.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow(["way", "seconds", "times the bare count", "peak MB", "answer", "records", "bytes", "machine"])
            machine = (
                f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, DuckDB {duckdb.__version__}"
            )
            writer.writerows([*row, machine] for row in rows)
    return None


if __name__ == "__main__":
    main()
