# The two commands of a newcomer: `make demo` and `make test`. Both do all their own set-up.
PYTHON ?= python3
PORT ?= 8437
DATA ?= demo-data

VENV := .venv
BIN := $(VENV)/bin
SOURCES := pyproject.toml setup.py $(shell find collector pathcalc -name '*.pyx' -o -name '*.pxd' -o -name '*.h')

# What an extra asks for, a line each: installed as `.[extra]` Suanlu would be compiled a second time
extra = $(BIN)/python -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"]["$(1)"], sep="\n")'

.PHONY: demo test setup lint bench bench-compare bench-live campaign clean
.DELETE_ON_ERROR:

demo: setup ## start the simulated backbone and everything that watches it
	@exec $(BIN)/suanlu demo --port $(PORT) --data $(DATA)

test: $(VENV)/.test ## run every check and every test
	@$(BIN)/python -m tests

setup: $(VENV)/.run

lint: $(VENV)/.test
	@$(BIN)/python -m tests.checks

# Run-time dependencies only; what it compiles is the collector's decoder and the path core.
$(VENV)/.run: $(SOURCES)
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(0 if v >= (3, 11) else f"Suanlu needs Python 3.11 or newer, but {sys.executable} is {v.major}.{v.minor}: install one and run `make PYTHON=python3.12 $(MAKECMDGOALS)`")'
	@command -v $${CC:-cc} >/dev/null || { echo "Suanlu compiles its path core, but there is no C compiler ($${CC:-cc}) on PATH: install gcc or clang (Debian: apt install build-essential)"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing Suanlu and its run-time dependencies into $(VENV) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.test: $(VENV)/.run
	@echo "Installing what the tests need …"
	@$(call extra,test) | $(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement /dev/stdin
	@touch $@

$(VENV)/.bench: $(VENV)/.run
	@echo "Installing the peers …"
	@$(call extra,bench) | $(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement /dev/stdin
	@touch $@

bench: $(VENV)/.bench ## the path core beside its peers: the table, its results and their pictures
	@$(BIN)/python -m bench.path_core
	@$(BIN)/python -m bench.pictures

bench-compare: $(VENV)/.bench ## a new run beside the committed results, question by question
	@$(BIN)/python -m bench.path_core --out build/path_core.json
	@$(BIN)/python -m bench.compare bench/results/path_core.json build/path_core.json

bench-live: $(VENV)/.test ## how long the live graph takes
	@$(BIN)/python -m bench.live_graph

campaign: $(VENV)/.test ## alerts under 300 kills and an hour without their receiver: over an hour
	@$(BIN)/python -m tests.campaigns.alerts

clean: ## remove the environment and what was compiled
	rm -rf $(VENV) build *.egg-info
	find collector pathcalc -name '*.so' -delete -o -name '*.c' -delete
