"""Columns of the observation tables."""

from __future__ import annotations

from pilotproof.columns.column import Column

PROCEDURES = ("momentary", "partial", "whole", "class_scan")

OBSERVATIONS = {
    "observation_id": Column(kind="text", meaning="Observed session, numbered by date"),
    "session_date": Column(kind="date", meaning="Day of the session"),
    "phase": Column(kind="text", meaning="Against the pilot's window", allowed=("before", "during", "after")),
    "teacher_id": Column(kind="text", meaning="Teacher: T1, T2 …", names="teacher"),
    "is_treated": Column(kind="yes or no", meaning="Teacher of an arm that used the tool"),
    "period": Column(kind="text", meaning="Class period of the school day; empty when not noted", may_be_empty=True),
    "observer": Column(kind="text", meaning="Observer, O1, O2 … in the order of their names"),
    "procedure": Column(kind="text", meaning="How an interval was scored", allowed=PROCEDURES),
    "interval_minutes": Column(kind="number", meaning="Length of an interval", unit="minutes", low=0, may_be_empty=True),
    "intervals": Column(kind="whole number", meaning="Intervals or scans observed", unit="intervals", low=1),
    "on_task": Column(kind="whole number", meaning="Marks on task: intervals, or students over all scans", unit="marks", low=0),
    "observed": Column(kind="whole number", meaning="Marks in all: intervals, or students looked at", unit="marks", low=1),
    "on_task_share": Column(kind="number", meaning="on_task over observed", unit="share", low=0, high=1),
    "is_double_coded": Column(kind="yes or no", meaning="A second observer coded the session too"),
    "is_counted": Column(kind="yes or no", meaning="The observer whose record counts, the first of the session in the sheet"),
}
OBSERVATION_PAIRS = {
    "observation_id": Column(kind="text", meaning="Observed session, as in observations"),
    "interval": Column(kind="text", meaning="Interval or scan that both observers coded"),
    "procedure": Column(kind="text", meaning="How an interval was scored", allowed=PROCEDURES),
    "first_on": Column(kind="whole number", meaning="Marks on task of the observer who counts", unit="marks", low=0),
    "second_on": Column(kind="whole number", meaning="Marks on task of the second observer", unit="marks", low=0),
    "observed": Column(kind="whole number", meaning="Marks in all of the observer who counts", unit="marks", low=1),
}
