# Yiping 一屏. `make` alone lists what there is.
SHELL := /bin/bash
PYTHON ?= python3
PORT ?= 8050
INCIDENTS ?= 300000
TODAY = $(shell $(PYTHON) -c "from datetime import *; print((datetime.now(timezone.utc) + timedelta(hours=8)).date())")
export PYTHONUTF8 := 1
bin := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help run demo test check fix bench screenshots docs lock clean

help: ## This list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

run: .venv/.runtime ## Demonstration city on http://127.0.0.1:8050, built and ingested if absent
	@ls cities/demo/data/*-live-$(TODAY).* >/dev/null 2>&1 || $(MAKE) --no-print-directory demo
	@$(bin)/python -m dashboard ingest --city cities/demo
	@exec $(bin)/python -m dashboard serve --city cities/demo --port $(PORT)

demo: .venv/.runtime ## Write the demonstration city anew, up to today; its old facts go with it
	@rm -rf var/demo
	@$(bin)/python -m dashboard demo cities/demo --incidents $(INCIDENTS)

test: .venv/.test ## Every test, a real browser included
	@bash tests/system.sh
	$(bin)/python -m pytest -n 2 --dist loadgroup

check: .venv/.test ## Style, types, imports, licences of the house
	$(bin)/ruff check .
	$(bin)/ruff format --check .
	$(bin)/mypy
	$(bin)/lint-imports --no-cache

fix: .venv/.test ## Mend what the style checker can mend
	$(bin)/ruff check --fix .
	$(bin)/ruff format .

bench: .venv/.test ## Load 1 M and 10 M incidents, measure, write docs/benchmarks.md
	@bash tests/system.sh
	$(bin)/python -m benchmarks

screenshots: .venv/.test ## Take the pictures in docs/images from the demonstration city
	$(bin)/python -m benchmarks.screenshots

docs: .venv/.runtime ## Write docs/metrics/ from the definitions
	$(bin)/python -m dashboard.metrics.document docs/metrics

lock: .venv/.test ## Compile pyproject.toml into the two hashed locks
	$(bin)/pip-compile -q --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-header -o requirements.txt pyproject.toml
	$(bin)/pip-compile -q --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-header --extra test -c requirements.txt -o requirements-test.txt pyproject.toml

clean: ## Remove what was built; cities/ and var/ stay
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("Yiping needs Python 3.11 or newer") if sys.version_info < (3, 11) else None'
	@$(PYTHON) -m venv .venv || { echo 'Install the venv module first: apt-get install python3-venv' >&2; rm -rf .venv; exit 1; }

.venv/.runtime: requirements.txt | .venv/bin/python
	@echo 'Installing the locked packages …'
	@$(bin)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

.venv/.test: requirements-test.txt | .venv/bin/python
	@echo 'Installing the locked packages and the test tools …'
	@$(bin)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-test.txt
	@touch .venv/.runtime $@
