# Every target works on a fresh clone. ARGS="…" goes to the tool behind the target.
PYTHON_ENV := .venv/bin/python
export PYTHONDONTWRITEBYTECODE :=
.DEFAULT_GOAL := help
.PHONY: help run test test-fast test-deep lint format bench lock clean

help:  ## this list
	@grep -E '^[a-z-]+: .*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+): .*## (.*)/make \1\t\2/' | expand -t 18

run: installed  ## install, load the shipped material and serve it on http://127.0.0.1:8000/
	@exec $(PYTHON_ENV) scripts/run.py

test: installed-dev  ## the tests, on SQLite and on TEST_DATABASE_URL when set
	@$(PYTHON_ENV) scripts/test.py $(ARGS)

test-fast: installed-dev  ## the fast tests on SQLite, under a minute
	@TEST_DATABASE_URL= $(PYTHON_ENV) scripts/test.py --only fast $(ARGS)

test-deep: installed-dev  ## the tests that take long: power cut, hostile values, repeats
	@$(PYTHON_ENV) scripts/test.py --deep $(ARGS)

lint: installed-dev  ## format, static checks, templates, missing migrations
	@sh scripts/lint.sh

format: installed-dev  ## bring the code into the one format
	@.venv/bin/ruff check --quiet --fix . || true
	@.venv/bin/ruff format .
	@$(PYTHON_ENV) scripts/format_templates.py

bench: installed-dev  ## the benchmarks, with their table
	@$(PYTHON_ENV) -m benchmarks $(ARGS)

lock: ## write requirements*.txt anew from requirements*.in
	@sh scripts/lock.sh $(ARGS)

clean: ## remove .venv and caches; the data in var/ stays
	@rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis test-results

.PHONY: installed installed-dev
installed:
	@sh scripts/install.sh requirements.txt
installed-dev:
	@sh scripts/install.sh requirements-dev.txt
