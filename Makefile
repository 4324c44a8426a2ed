# budgetgraph: `make demo` and `make test` need Python 3.11 or later, git and make; nothing before them.

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000

VENV := .venv
BIN := $(VENV)/bin
RUNTIME := $(VENV)/runtime.stamp
TOOLS := $(VENV)/test.stamp
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: demo test lint format conformance clean
.DELETE_ON_ERROR:

demo: $(RUNTIME)  ## publish the sample disclosures and serve them on http://localhost:8000
	rm -rf .demo
	$(BIN)/budgetgraph publish tests/documents/*.pdf --into .demo --base-iri http://localhost:$(PORT)/
	$(BIN)/budgetgraph serve .demo --host $(HOST) --port $(PORT)

test: lint  ## every check that .ci/run runs
	$(BIN)/pytest

lint: $(TOOLS)  ## style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(TOOLS)  ## put the code into its style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

conformance: $(TOOLS)  ## only the tests against the published material of others
	$(BIN)/pytest -m conformance -rs

clean:  ## remove what the other targets make
	rm -rf $(VENV) .demo .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist

$(RUNTIME): pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "installing into $(VENV) 正在安装…"
	$(PIP) --editable .
	touch $@

$(TOOLS): pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "installing into $(VENV) 正在安装…"
	$(PIP) --editable '.[test]'
	touch $@ $(RUNTIME)
