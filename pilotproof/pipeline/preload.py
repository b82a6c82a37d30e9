"""What the notebooks import, for the server of warm kernels: a module that it has already costs a kernel nothing."""

import importlib
import pkgutil

import pilotproof.analyse
import pilotproof.evidence
import pilotproof.intake
import pilotproof.pilot_notices
import pilotproof.pipeline.provenance
import pilotproof.readiness
import pilotproof.report

for package in (pilotproof.analyse, pilotproof.evidence, pilotproof.report):
    for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        importlib.import_module(module.name)
