# Needs Python 3.11 or newer and nothing else: what is pinned is installed into .venv.
# `make demo` shows the portal, `make test` runs every check there is.

MAKEFLAGS += --no-print-directory
SHELL := /bin/bash

PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
BIN := .venv/bin
PORTAL := .venv/.portal-installed
TOOLS := .venv/.tools-installed
LIGHTHOUSE := tests/outside/node_modules/.installed
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
STATEMENTS := $(CURDIR)/.pytest_cache/statements
PIN := $(BIN)/pip-compile --quiet --strip-extras --no-header --no-emit-find-links \
	--no-emit-index-url --no-emit-trusted-host --no-emit-options

.DEFAULT_GOAL := help
.PHONY: help demo install test check fix lint format types dead templates tests bench faults outside screenshot requirements clean

help:  ## this list
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1|/' | column -t -s '|'

demo: $(PORTAL)  ## sandbox, portal and worker with demo people; nothing to configure
	@$(BIN)/python -m demo

install: $(PORTAL)  ## into .venv, for real use

test: check  ## every check there is

# One failed check does not hide what the next one would say.
check: $(TOOLS)
	@$(MAKE) --keep-going lint format types dead templates tests

lint: $(TOOLS)
	$(BIN)/ruff check .

format: $(TOOLS)
	$(BIN)/ruff format --check .

types: $(TOOLS)
	$(BIN)/mypy --strict

dead: $(TOOLS)
	$(BIN)/python -m tests.architecture.dead_code

templates: $(TOOLS)
	$(BIN)/djlint --lint --check templates

# What the tests have sent to the database is prepared in PostgreSQL, also after a failed test.
tests: $(TOOLS)
	@rm -rf $(STATEMENTS)
	@STATEMENTS_FOLDER=$(STATEMENTS) $(BIN)/python -m pytest -q -m alone; quick=$$?; \
		STATEMENTS_FOLDER=$(STATEMENTS) $(BIN)/python -m pytest -n auto --dist loadscope \
		--no-loadscope-reorder -m "not alone"; passed=$$?; \
		$(BIN)/python -m tests.postgres $(STATEMENTS) && exit $$((quick + passed))

fix: $(TOOLS)  ## repair what ruff and djlint can repair
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/djlint --reformat --quiet templates

bench: $(TOOLS)  ## how fast it is, against floors measured in the same run
	@$(BIN)/python -m bench

faults: $(TOOLS)  ## what it survives: killed workers, broken answers, storms, a full disk (FULL=1: longer)
	@$(BIN)/python -m faults $(if $(FULL),--full)

outside: $(TOOLS) $(LIGHTHOUSE)  ## Lighthouse over every page, phone and desktop (PAGES="/signin ...": those alone)
	@$(BIN)/python -m tests.outside $(PAGES)

screenshot: $(TOOLS)  ## the picture in the README
	$(BIN)/python -m tests.browser.picture docs/portal.png

requirements: $(TOOLS)  ## pin the newest releases that the .in files allow
	$(PIN) --upgrade --output-file requirements.txt requirements.in
	$(PIN) --upgrade --output-file requirements-dev.txt requirements-dev.in
	$(PIN) --upgrade --output-file requirements-clients.txt requirements-clients.in

clean:  ## remove .venv and caches; instance/ stays
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Portal needs Python 3.11 or newer, and none was found. Install it, or name it: make PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { echo "$(PYTHON) is not Python 3.11 or newer. Name one that is: make PYTHON=/path/to/python3"; exit 1; }
	@echo "Making .venv with $(PYTHON) ..."
	@$(PYTHON) -m venv .venv

$(PORTAL): requirements.txt | .venv/bin/python
	@echo "Installing what the portal runs on ..."
	@$(PIP) install -r requirements.txt
	@touch $@

$(LIGHTHOUSE): tests/outside/package-lock.json
	@echo "Installing Lighthouse ..."
	@cd tests/outside && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

$(TOOLS): requirements-dev.txt $(PORTAL)
	@echo "Installing what the checks need ..."
	@$(PIP) install -r requirements-dev.txt
	@touch $@
