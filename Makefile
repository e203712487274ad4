# Arbiter. `make help` lists the targets.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# The certificates that this machine trusts, a company's own among them.
export UV_SYSTEM_CERTS := 1
# Compiled modules are kept, also where the environment says otherwise (images do): a start takes a third of the time.
unexport PYTHONDONTWRITEBYTECODE
PORT ?= 8501
ARGS ?=

.PHONY: help run test bench lint docs lock clean

help: ## this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

run: $(READY) ## the demo desk: simulated, pulled over HTTP, published, dashboard on http://127.0.0.1:8501
	@$(BIN)/arbiter demo --port $(PORT) $(ARGS)

test: $(READY) ## everything, the browser tests too; ARBITER_EXAMPLES=50 makes more random desks
	@$(BIN)/python -m tests.browser
	@OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest -n auto --dist loadscope --no-loadscope-reorder $(ARGS)

bench: $(READY) ## a million tickets: landing, publish, pages; ARGS="--tickets 100000 --json FILE"
	@$(BIN)/python -m bench $(ARGS)

lint: $(READY) ## ruff and mypy
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy

docs: $(READY) ## docs/definitions.md and docs/mart.md, from what stands with the metrics
	@$(BIN)/python -m reports.documentation

lock: $(READY) ## resolve the dependencies of pyproject.toml anew
	@$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --all-extras --no-emit-index-url \
		--upgrade --quiet pyproject.toml -o requirements.lock

clean: ## remove the environment and caches; data/ stays
	@rm -rf $(VENV) build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(READY): requirements.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "make: $(PYTHON) is not there: install Python 3.11 or newer, or name one: make PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "make: $(PYTHON) is older than 3.11: install a newer Python, or name one: make PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "make: $(PYTHON) lacks venv: install it (Debian, Ubuntu: apt-get install python3-venv)" >&2; exit 1; }
	@echo "make: setting up $(VENV) from requirements.lock"
	@$(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check 'uv>=0.9' || { echo "make: the package registry cannot be reached: see pip's message above" >&2; exit 1; }
	@$(BIN)/uv pip install --python $(BIN)/python --require-hashes -r requirements.lock
	@$(BIN)/uv pip install --python $(BIN)/python --quiet --no-deps --editable .
	@touch $(READY)
