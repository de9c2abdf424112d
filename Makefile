# Postdesk.  Needs make and Python 3.11 or newer with venv; everything else is installed into .venv.
#
#   make run    start a desk in desk/            make lint   format check, lint, types
#   make demo   play two stories and end         make wheel  build a wheel into dist/
#   make test   install what tests need, test    make clean  remove what make made (never desk/)
#   make fuzz   a million attacks (half an hour)
#   make attacks  every attack on every database; writes docs/attacks.md (five minutes)
#   make stories  every story on every database
#   make properties  every property test with a thousand examples
#   make faults kill, fill and freeze it at length

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
CHECKED := daemon storage tests $(wildcard benchmarks)
COVERAGE_FLOOR := 95

.DEFAULT_GOAL := run
.PHONY: run demo test lint types tests servers stories attacks fuzz properties faults wheel clean

run: $(VENV)/.installed desk/postdesk.toml
	exec $(BIN)/postdesk --config desk/postdesk.toml run

demo: $(VENV)/.installed
	exec $(BIN)/postdesk demo

desk/postdesk.toml: | $(VENV)/.installed
	$(BIN)/postdesk init desk

# One step after the other, the quick ones first, also under make -j.
test: $(VENV)/.testing
	@$(MAKE) --no-print-directory lint
	@$(MAKE) --no-print-directory servers
	@$(MAKE) --no-print-directory tests

lint: $(VENV)/.testing
	$(BIN)/ruff format --check $(CHECKED)
	$(BIN)/ruff check $(CHECKED)
	$(BIN)/mypy

tests: $(VENV)/.testing
	$(BIN)/python -m pytest --durations=15 --cov --cov-report=term --cov-fail-under=$(COVERAGE_FLOOR)

# Every story on PostgreSQL too, of which the tests tell every fourth there.
stories: $(VENV)/.testing
	POSTDESK_STORIES=full $(BIN)/python -m pytest tests/scenarios

# Every attack by every way on every database, as often as it has to be; writes docs/attacks.md.
attacks: $(VENV)/.testing
	POSTDESK_ATTACKS=full $(BIN)/python -m tests.attacks.table

# The machine-made attacks in their full size, others each day: about half an hour.
fuzz: $(VENV)/.testing
	FUZZ=full $(BIN)/python -m pytest tests/attacks/test_families.py

# The property tests with examples of their own each time, a thousand instead of sixty.
properties: $(VENV)/.testing
	FUZZ=full $(BIN)/python -m pytest -m hypothesis

servers:
	@.ci/servers

# The kills, full disks and lost locks of the tests in their full size; some fifteen minutes.
faults: $(VENV)/.testing
	POSTDESK_FAULTS=full $(BIN)/python -m pytest -n 0 -s tests/faults tests/test_supervisor.py

wheel: $(VENV)/.testing
	$(BIN)/python -m hatchling build -t wheel

clean:
	rm -rf $(VENV) build dist *.egg-info .coverage .coverage.* .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find daemon storage tests $(wildcard benchmarks) -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/bin/python:
	@command -v $(PYTHON) >/dev/null || { echo "there is no $(PYTHON) here; Postdesk needs Python 3.11 or newer" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Postdesk needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version 2>&1)." \
	       "Name another one: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null \
	  || { echo "$(PYTHON) comes without the module venv; on Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml | $(VENV)/bin/python
	$(PIP) install --editable .
	@touch $@

$(VENV)/.testing: pyproject.toml | $(VENV)/bin/python
	$(PIP) install --editable '.[test]'
	@touch $@ $(VENV)/.installed
