"""The analysis plan: written down before the outcomes arrive, and compared with what was done."""

from pilotproof.plan.compare import Deviation, deviations
from pilotproof.plan.lock import PlanVersion, load_plan, lock_plan, outcomes_arrived

__all__ = ["Deviation", "PlanVersion", "deviations", "load_plan", "lock_plan", "outcomes_arrived"]
