# One verb a target. Everything happens in .venv, which the first target that needs it sets up.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
SECONDS ?= 3600
PYTEST := $(BIN)/python -m pytest -n auto --dist worksteal
QUICK := exercises units build checking ladder messages right_answers vectors workspace claims story
export OMP_NUM_THREADS ?= 1

.PHONY: demo test test-quick test-unit test-long gpu lint format lab class build check vectors attacks pictures lock clean

demo: $(READY)        ## release, grade and export a small class, in demo/
	$(BIN)/grader demo demo

test: $(READY)        ## the whole test suite (10 minutes on 2 cores)
	$(PYTEST) -m "not long"

test-quick: $(READY)  ## what an author runs: the course, its exercises and units, and how they are checked
	$(PYTEST) -m "not long" $(QUICK:%=tests/test_%.py)

test-unit: $(READY)   ## all that is asked of one unit, every known mistake and long case too: make test-unit UNIT=05_lstm
	$(PYTEST) --unit $(UNIT) tests/test_exercises.py tests/test_units.py

test-long: $(READY)   ## sweeps and soaks, and all that the suite asks of a sample only
	$(PYTEST) --all

lint: $(READY)        ## what the code has to be before the tests are worth their time: ruff's format and rules, mypy's types
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy

format: $(READY)      ## ruff's format, and what it mends by itself
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

gpu: $(READY)         ## on a machine with a CUDA device: what needs one, its tests, the errors, SECONDS of the speeds
	$(BIN)/python -m pytest -m gpu
	$(BIN)/grader bench errors --docs docs/reference-errors.md
	$(BIN)/grader bench reference --device cuda --seconds $(SECONDS) --docs docs/reference-speed.md

lab: $(READY)         ## copy missing notebooks to work/ and open JupyterLab there
	$(BIN)/grader start work

class: $(READY)       ## what grading a class needs: notebooks with solutions, hidden tests from a new secret seed
	$(BIN)/grader build
	test -e hidden || $(BIN)/grader vectors --hidden

build: $(READY)       ## make course/ and grader/given/ from solutions/
	$(BIN)/grader build

check: $(READY)       ## the course's self-check
	$(BIN)/grader build --check

vectors: $(READY)     ## make the public test vectors from the reference
	$(BIN)/grader vectors

attacks: $(READY)     ## run the hostile submissions through stock nbgrader and ours, write docs/attacks.md
	$(BIN)/python scripts/attacks.py

pictures: $(READY)    ## the README's pictures, out of a real JupyterLab (Chromium)
	$(BIN)/python scripts/pictures.py

lock:                 ## write constraints.txt; UPGRADE=1 takes the newest of everything that fits
	$(PYTHON) scripts/lock.py $(if $(UPGRADE),--upgrade)

clean:                ## remove the environment and what was built (never work/)
	rm -rf $(VENV) .build dist demo .mypy_cache .ruff_cache

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15) and "Python 3.11 to 3.14 is needed; name one with: make PYTHON=python3.11")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install -q --disable-pip-version-check -c constraints.txt -e ".[test]"
	touch $(READY)
