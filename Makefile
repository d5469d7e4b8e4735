PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
Q ?= How many Shahed drones were used?

# Tests, workers and benchmarks start many processes, each of which would compile the packages again.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help ask chat test attack lint regression format screenshots clean

help:  ## List the targets
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

ask: $(READY)  ## Answer a question: make ask Q="Who visited Kyiv?"
	@$(BIN)/quotewell ask "$$QUESTION"

ask: export QUESTION = $(value Q)

chat: $(READY)  ## Open the chat in the browser
	@$(BIN)/quotewell serve --open

test: $(READY)  ## Run the tests
	OMP_NUM_THREADS=1 $(BIN)/pytest -n auto --dist loadfile

attack: $(READY)  ## Run the attacks that take long
	$(BIN)/python -m benchmarks.fuzz_files --count 2000 --seed 0
	$(BIN)/python -m benchmarks.fuzz_library --count 300 --seed 0
	$(BIN)/python -m benchmarks.fuzz_rest --count 2000 --seed 0
	$(BIN)/python -m benchmarks.crash --kills 1000

lint: $(READY)  ## Check style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/bandit -q -r quotewell qa ui embeddings -ll -c pyproject.toml

regression: $(READY)  ## Compare with the recorded figures: make regression QUOTEWELL_DATA=folder
	@$(BIN)/python -m benchmarks.regression

regression: export QUOTEWELL_DATA := $(QUOTEWELL_DATA)

format: $(READY)  ## Format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

screenshots: $(READY)  ## Take the screenshots in docs/images
	$(BIN)/python -m tests.browser.screenshots

clean:  ## Remove the virtual environment and all caches
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis build *.egg-info

# All targets share one environment, which is rebuilt when its dependencies change.
$(READY): pyproject.toml constraints.txt
	@echo "Setting up $(VENV); this takes a few minutes the first time."
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || (echo "Python 3.11 or newer is needed: make PYTHON=python3.12"; exit 1)
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@
