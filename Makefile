PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
ROOMS := api sim scenarios strategies experiments reports hydra_plugins

.PHONY: help install run test slow check guard bench axe lock clean
help:            ## show the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

install: $(VENV)/.installed  ## install into .venv, with links to the modules of this checkout

run: $(VENV)/.installed   ## install, run the default study, print where the report lies
	$(BIN)/retrainlab

test: $(VENV)/.installed axe  ## install, run every test
	$(BIN)/python -m pytest --numprocesses=2 --dist=loadfile

slow: $(VENV)/.installed  ## kill every command 20 times and resume it: some minutes
	$(BIN)/python -m pytest -m slow tests/experiments/test_killed.py

check: $(VENV)/.installed ## lint, format, types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

guard: $(VENV)/.installed ## drift detectors against their committed baseline
	$(BIN)/retrainlab check check.baseline=benchmarks/baseline.json

bench: $(VENV)/.installed ## speed and memory, as ratios measured in one run
	$(BIN)/python -m benchmarks

axe:             ## fetch axe-core, which checks pages for accessibility; without npm those tests skip
	@test -d node_modules/axe-core || ! command -v npm >/dev/null \
		|| npm install --silent --no-save --no-package-lock --no-audit --no-fund axe-core@4 \
		|| echo "axe-core could not be fetched: its tests skip"

lock:            ## resolve requirements.in anew into requirements.lock
	uv pip compile --quiet --universal --python-version 3.11 --no-emit-index-url --no-header --no-annotate \
		--generate-hashes requirements.in --output-file requirements.lock

clean:           ## remove what was built or measured here
	rm -rf $(VENV) node_modules runs multirun build dist *.egg-info

$(VENV)/.requirements: requirements.lock
	@$(PYTHON) -c 'import sys; ok = (3, 11) <= sys.version_info < (3, 14); sys.exit(0 if ok else \
	"retrainlab needs Python 3.11 to 3.13, and $(PYTHON) is " + sys.version.split()[0] + "; name another: make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

# A strict editable install is a tree of links, which type checkers and editors follow. A folder's
# time changes with its files, so a new module is linked by the next make.
$(VENV)/.installed: $(VENV)/.requirements pyproject.toml $(shell find $(ROOMS) -type d -not -name __pycache__)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation \
		--config-settings editable_mode=strict -e .
	@touch $@
