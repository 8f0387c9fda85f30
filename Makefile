# Two words are enough: `make sweep` and `make test`. Each sets up .venv first where that is needed.

PYTHON ?= python3
BIN := .venv/bin
# Compiled now, or every process compiles what it imports where bytecode may not be written: seconds each.
INSTALL := $(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python

.DEFAULT_GOAL := help
.PHONY: help sweep test test-slurm docs lint types bench torture fuzz clean

help:  ## show this text
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

sweep: .venv/.installed  ## run the default sweep into results/digits; ARGS="..." adds words of gls-sweep
	$(BIN)/gls-sweep -m $(ARGS)

test: lint types  ## run all checks: lint, types, tests; ARGS="..." adds words of pytest
	OMP_NUM_THREADS=1 $(BIN)/pytest -n auto --maxprocesses 4 --ignore=tests/slurm $(ARGS)

docs: .venv/.installed-dev  ## build the documentation into site/, strictly
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict $(ARGS)

test-slurm: .venv/.installed-dev  ## test against the SLURM of this machine; tests/slurm/start-one-node.sh starts one
	OMP_NUM_THREADS=1 $(BIN)/pytest -n 4 -rs tests/slurm $(ARGS)

lint: .venv/.installed-dev  ## check style and format
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: .venv/.installed-dev  ## check types
	$(BIN)/mypy

bench: .venv/.installed-bench  ## measure speed beside other ways, in 10 minutes; CIFAR=FOLDER adds CIFAR-10
	$(BIN)/python -m benchmarks.cpu --repeats 2 --out benchmarks/RESULTS.md $(if $(CIFAR),--cifar $(CIFAR))
	$(BIN)/python -m benchmarks.limits --repeats 2 --out benchmarks/RESULTS.md

torture: .venv/.installed-dev  ## kill the default sweep 25 times at random, restart it, compare with an undisturbed one
	$(BIN)/python -m tests.sweep.torture 25 $(ARGS)

fuzz: .venv/.installed-dev  ## feed label files and configuration values with nonsense; SECONDS=60
	$(BIN)/python -m tests.fuzz $(or $(SECONDS),60)

clean:  ## delete .venv, caches and builds; results stay
	rm -rf .venv build dist site *.egg-info .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamps are older than pyproject.toml when the dependencies may have changed.
.venv/.installed: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed: make PYTHON=python3.12 ..." >&2; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet uv
	$(INSTALL) --editable .
	touch $@

.venv/.installed-dev: .venv/.installed
	$(INSTALL) --editable '.[dev]'
	touch $@

.venv/.installed-bench: .venv/.installed-dev
	$(INSTALL) --editable '.[dev,bench]'
	touch $@
