# Everything a developer runs. On a bare machine each target does its own set-up first.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
export PIP_DISABLE_PIP_VERSION_CHECK := 1

BIN := .venv/bin
WORKERS ?= 2
TESTS ?= tests
PYTEST_ARGS ?=
PYTEST = $(BIN)/pytest -n $(WORKERS) --dist loadscope --no-loadscope-reorder
QUICK := not slow and not office and not validator and not noncommercial

DEMO := build/demo.xlsx
DEMO_AS_OF ?= 2026-11-16 10:30
GALLERY := Matrix,Obligations,Health,Drills,Drill cards,Simulation,Checklist,Controls review,Owners,Hours
SCREENS := Start,Matrix,SEV-1,Incidents,Clock card

.PHONY: help demo test check lint format bench fuzz pictures screens columns findings engines tools venv office validator web writers addin wheel sbom lock compat clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: venv ## Build the demo workbook
	@mkdir -p $(dir $(DEMO))
	$(BIN)/xlmatrix build --template standard --incidents examples/demo_incidents.csv \
		--pauses examples/demo_pauses.csv --changes examples/demo_changes.csv \
		--reopened examples/demo_reopened.csv --notices examples/demo_notices.csv \
		--moments examples/demo_moments.csv --as-of "$(DEMO_AS_OF)" -o $(DEMO)
	@echo "The demo workbook is $(CURDIR)/$(DEMO): open it in Excel or LibreOffice."

test: venv tools ## Run every test (TESTS=path and PYTEST_ARGS=... narrow it)
	$(PYTEST) --durations=25 --durations-min=1 $(PYTEST_ARGS) $(TESTS)

check: lint ## Lint, and run the tests that are quick and need nothing but Python
	$(PYTEST) -m "$(QUICK)" $(PYTEST_ARGS) $(TESTS)

lint: venv ## Check style, types, the direction of imports and dead code
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/vulture

format: venv ## Format the code and mend what ruff can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: venv ## Run the benchmarks
	@for file in benchmarks/*.py; do echo "== $$file"; $(BIN)/python "$$file"; done

# Cheap readers are run most; each line can be repeated with the seed that it prints.
FUZZ_RUNS ?= 1000000
FUZZ_SEED ?= $(shell date +%s)

fuzz: venv ## Fuzz every reader of files, led by coverage (FUZZ_RUNS, FUZZ_SEED)
	@mkdir -p build
	$(BIN)/python -m pip install -q -e '.[fuzz]'
	$(BIN)/python -m tests.fuzz.guided $$(($(FUZZ_RUNS) * 8 / 10)) $(FUZZ_SEED) cheap 2> build/fuzz-cheap.log
	$(BIN)/python -m tests.fuzz.guided $$(($(FUZZ_RUNS) * 12 / 100)) $(FUZZ_SEED) parts 2> build/fuzz-parts.log
	$(BIN)/python -m tests.fuzz.guided $$(($(FUZZ_RUNS) * 8 / 100)) $(FUZZ_SEED) dear 2> build/fuzz-dear.log
	XLMATRIX_FUZZ=500 XLMATRIX_FUZZ_SEED=$(FUZZ_SEED) $(PYTEST) -s tests/fuzz

screens: demo office ## Take pictures of the demo workbook in a window of 1366 x 768
	$(BIN)/python -m tools.screens $(DEMO) docs/pictures/screens --only "$(SCREENS)"
	$(BIN)/python -m tools.night build/night.xlsx
	$(BIN)/python -m tools.screens build/night.xlsx docs/pictures/screens --only "Report now"

engines: venv office ## Have four engines compute small workbooks whole, into docs/engines.md
	@tools/install_engines.sh
	$(BIN)/python -m tests.office.whole.record docs/engines.md

pictures: demo office ## Draw the demo workbook for the README and the gallery
	$(BIN)/python tools/pictures.py $(DEMO) docs/pictures --dpi 72 --most-width 1500 --only "$(GALLERY)"

columns: venv ## Write docs/columns.md and the tables of docs/import.md from their declarations
	$(BIN)/python tools/columns.py
	$(BIN)/python tools/ticket_columns.py

findings: venv ## Write docs/findings.md from the declared codes
	$(BIN)/python tools/findings.py

tools: office validator web writers ## Install what the tests need outside Python

venv: .venv/.installed ## Make .venv with the package and its developer tools

.venv/.installed: pyproject.toml locks/dev.txt
	@[ -x $(BIN)/python ] || "$$(tools/find_python.sh)" -m venv .venv
	$(BIN)/python -m pip install -q --require-hashes -r locks/dev.txt
	$(BIN)/python -m pip install -q --no-deps --no-build-isolation -e .
	@touch $@

office:
	@tools/install_office.sh

validator:
	@tools/install_validator.sh

web:
	@tools/install_web.sh

writers: web
	@tools/install_writers.sh

addin: venv ## Build the constant Excel add-in into build/
	@mkdir -p build
	$(BIN)/xlmatrix addin xlam -o build/xlmatrix.xlam

wheel: venv sbom ## Build the wheel and the source archive into dist/, and what they bring along
	$(BIN)/python -m hatchling build

sbom: venv ## Write the bill of materials and the licences into dist/
	$(BIN)/python tools/sbom.py dist/sbom.cdx.json dist/licences.md

lock: ## Write locks/ from pyproject.toml (UPGRADE=1 takes the newest versions)
	@tools/lock.sh

compat: ## Run the quick tests on other Pythons, with the oldest and the newest dependencies
	@tools/compat.sh python3.11 lowest $(TESTS)
	@for python in python3.12 python3.13; do \
		if command -v "$$python" >/dev/null; then tools/compat.sh "$$python" newest $(TESTS); \
		else echo "no $$python here"; fi; \
	done

clean: ## Remove what was built and cached (not .venv and .tools)
	rm -rf build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -not -path './.venv/*' -type d -prune -exec rm -rf {} +
