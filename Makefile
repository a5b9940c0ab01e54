PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
ROOMS := api sim scenarios strategies experiments reports hydra_plugins

ON_TWO_CORES = OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest --numprocesses=2 --dist=loadfile

TOOLS := $(VENV)/orchestrators
UV = $(if $(shell command -v uv),uv,$(BIN)/uv)
COMPILE = $(UV) pip compile --quiet --universal --python-version 3.11 --no-emit-index-url --no-header \
	--no-annotate --generate-hashes

.PHONY: help install run test slow stress check guard bench study-remedies orchestrators pipeline axe docs lock clean
help:            ## show the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

install: $(VENV)/.installed  ## install into .venv, with links to the modules of this checkout

run: $(VENV)/.installed   ## install, run the default study, print where the report lies
	$(BIN)/retrainlab

test: $(VENV)/.installed axe  ## install, run the tests, but for the slow ones
	$(ON_TWO_CORES) -m "not slow and not stress and not orchestrators"

slow: $(VENV)/.installed axe  ## the tests that take seconds each: twice as long as the others together
	$(ON_TWO_CORES) -m slow

stress: $(VENV)/.installed  ## kill every command 20 times and resume it: some minutes
	$(BIN)/python -m pytest -m stress

check: $(VENV)/.installed ## lint, format, types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

guard: $(VENV)/.installed ## drift detectors and gates against their committed baselines
	$(BIN)/retrainlab check check.baseline=benchmarks/baseline.json
	$(BIN)/retrainlab check gates check.baseline=benchmarks/gates.json

bench: $(VENV)/.installed ## speed and memory, as ratios measured in one run
	$(BIN)/python -m benchmarks

study-remedies: $(VENV)/.installed  ## which remedy for which drift: the tables of docs/remedies.md, minutes
	$(BIN)/python docs/remedies.py runs/remedies

orchestrators: $(addprefix $(TOOLS)/,airflow.installed metaflow.installed kubeflow.installed mlflow.installed)  ## exported files in the real Airflow, Metaflow and Kubeflow, and MLflow
	$(IN_TOOLS) $(BIN)/python -m pytest -m orchestrators --numprocesses=2 --dist=loadfile tests/orchestrators

pipeline: $(TOOLS)/kubeflow.installed  ## compile the template of the Kubeflow pipeline anew
	$(IN_TOOLS) PYTHONPATH=tests/helpers $(BIN)/python tests/orchestrators/rebuild_kubeflow_yaml.py

docs: $(VENV)/.installed  ## the API reference, from the docstrings, in build/docs
	$(BIN)/python docs/api_reference.py

axe:             ## fetch axe-core, which checks pages for accessibility; without npm those tests skip
	@test -d node_modules/axe-core || ! command -v npm >/dev/null \
		|| npm install --silent --no-save --no-package-lock --no-audit --no-fund axe-core@4 \
		|| echo "axe-core could not be fetched: its tests skip"

lock: $(VENV)/.installed  ## resolve what is pinned anew: requirements.lock, and a lock for each orchestrator
	$(COMPILE) requirements.in --output-file requirements.lock
	for tool in airflow metaflow kubeflow; do \
		$(COMPILE) tests/orchestrators/$$tool.in --output-file tests/orchestrators/$$tool.lock || exit 1; done
	$(COMPILE) pyproject.toml tests/orchestrators/mlflow.in --extra production --extra mlflow \
		--output-file tests/orchestrators/mlflow.lock

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

# The commands run in the project's environment, the orchestrators each in one of their own.
IN_TOOLS = PATH="$(abspath $(BIN)):$$PATH" ORCHESTRATORS="$(abspath $(TOOLS))"

$(TOOLS)/%.installed: tests/orchestrators/%.lock $(VENV)/.installed
	$(UV) venv --quiet --clear --python $(BIN)/python $(TOOLS)/$*
	$(UV) pip install --quiet --python $(TOOLS)/$* --require-hashes -r $<
	$(if $(filter mlflow,$*),$(UV) pip install --quiet --python $(TOOLS)/$* --no-deps --no-build-isolation \
		--config-settings editable_mode=strict -e .)
	@touch $@
