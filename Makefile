# Everything one does with Deskbell. `make help` lists it; each target sets up .venv when needed.

SHELL := /bin/sh
VENV := .venv
PYTHON := $(VENV)/bin/python
READY := $(VENV)/.ready
TESTS ?= tests

.DEFAULT_GOAL := help
.PHONY: help demo check run test test-long lint format bench messages oracle soak soak-short migration clean lock

help: ## this list
	@echo "Deskbell: a help desk that lives in Slack"
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(READY) ## try the desk in your browser, against a Slack on this machine
	@$(PYTHON) -m bot demo

check: $(READY) ## name what would keep the desk from working in your workspace
	@$(PYTHON) -m bot check

run: $(READY) ## run the desk in your workspace (see README, "Into your workspace")
	@$(PYTHON) -m bot run

test: $(READY) ## all tests, on SQLite and PostgreSQL (TESTS=tests/rules for some)
	$(PYTHON) -m pytest -n auto --dist worksteal -m "not long" $(TESTS)

test-long: $(READY) ## the longer campaigns too
	$(PYTHON) -m pytest -n auto --dist worksteal $(TESTS)

lint: $(READY) ## ruff, mypy (strict) and the import contracts
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

format: $(READY) ## let ruff lay out the code
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .

bench: $(READY) ## measurements, as ratios against floors of the same run
	$(PYTHON) -m tests.bench

messages: $(READY) ## photograph everything that the desk says for docs/messages.md (needs Chromium)
	$(PYTHON) -m tests.catalogue

oracle: $(READY) ## a million random histories of the clock against counting minutes
	$(PYTHON) -m pytest -n auto tests/rules/test_against_oracle.py

soak: $(READY) ## ten minutes of kills and outages for three replicas (needs no Slack)
	TEST_POSTGRES_URL= $(PYTHON) -m tests.soak

soak-short: $(READY) ## the same for a minute, and until all is at rest
	TEST_POSTGRES_URL= $(PYTHON) -m tests.soak --seconds 60 --crews 24 --rounds 2

migration: $(READY) ## draft a migration for changed models (NAME="what changes")
	@$(PYTHON) -m store.migrations.draft "$(NAME)"

clean: ## remove .venv, caches and the demo's data
	rm -rf $(VENV) demo-data .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -prune -exec rm -rf {} +

lock: $(READY) ## resolve the dependencies anew into requirements.lock
	$(PYTHON) -m pip install --quiet uv
	$(PYTHON) -m uv pip compile pyproject.toml --extra demo --group dev --universal \
		--python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
		--no-header --upgrade --output-file requirements.lock

# The stamp makes a second `make` instant; a new lock or project file sets up again.
$(READY): requirements.lock pyproject.toml
	@python=$$(sh .ci/find-python) && { test -x $(PYTHON) || "$$python" -m venv $(VENV); }
	@echo "Installing what Deskbell needs (only the first time, and after changes) ..."
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@
