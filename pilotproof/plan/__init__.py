"""The analysis plan: written down before the outcomes arrive, and compared with what was done."""

from pilotproof.plan.compare import Deviation, deviations
from pilotproof.plan.lock import PlanVersion, load_plan, lock_plan

__all__ = ["Deviation", "PlanVersion", "deviations", "load_plan", "lock_plan"]
