"""Any inputs of the tier function, possible and odd ones, for properties that hold of all of them."""

from __future__ import annotations

from hypothesis import strategies as st

from pilotproof.evidence.tier import TierInputs

P = st.none() | st.sampled_from([0.0, 0.0499, 0.05, 0.0501, 1.0]) | st.floats(0, 1)
ESTIMATE = st.none() | st.floats(-9, 9)
SIMILARITY = st.sampled_from(["similar", "different", "not-stated"])
STUDENTS = st.sampled_from([0, 349, 350, 351]) | st.integers(0, 2000)

tier_inputs = st.builds(
    TierInputs,
    cited_findings=st.integers(0, 3),
    fewest_clusters_in_an_arm=st.integers(0, 5),
    estimate=ESTIMATE,
    p_value=P,
    second_estimate=ESTIMATE,
    second_p_value=P,
    students=STUDENTS,
    districts=st.integers(0, 4),
    schools=st.integers(0, 6),
    overlap_populations=SIMILARITY,
    overlap_settings=SIMILARITY,
)
