# `make` alone lists the targets. Everything runs in .venv, which is made when it is needed.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

.DEFAULT_GOAL := help
.PHONY: help setup lab reports report check test test-airflow lint bench bench-1000 calibrate constraints catalogues screenshots clean

help:  ## this list
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | while IFS="$$(printf '\t')" read -r name text; do printf '  make %-12s %s\n' "$$name" "$$text"; done

setup: $(READY)  ## make .venv with everything (the other targets do it by themselves)

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "valuelab needs Python 3.11 or newer; name one with: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 2; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "This Python cannot make environments. On Debian and Ubuntu: apt install python3-venv"; exit 2; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@

lab: $(READY)  ## open JupyterLab on the workbooks
	$(BIN)/jupyter lab notebooks/explore.ipynb

reports: $(READY)  ## run every customer, the sample customers at both of their dates; prints the path of the index
ifdef CUSTOMER
	$(BIN)/valuelab run $(CUSTOMER)
else
	@if [ -f params/harbour-care.yaml ]; then $(BIN)/valuelab run harbour-care --as-of 2025-03 --as-of 2025-09; fi
	@if [ -f params/brightlane-campaign.yaml ]; then $(BIN)/valuelab run brightlane-campaign --as-of 2025-03-30 --as-of 2025-05-04; fi
	$(BIN)/valuelab run
endif

report: $(READY)  ## one customer: make report CUSTOMER=harbour-care
	@test -n "$(CUSTOMER)" || { echo "Name a customer: make report CUSTOMER=harbour-care"; exit 2; }
	$(BIN)/valuelab run $(CUSTOMER)

check: $(READY)  ## look at every customer's files without running a workbook
	$(BIN)/valuelab check $(CUSTOMER)

test: $(READY)  ## all tests (browser tests where Chromium is installed)
	$(BIN)/python -m pytest -q -n 2 --dist loadfile

test-airflow: $(READY)  ## run the Airflow example, with Airflow in an environment of its own (about two minutes)
	test -x .venv-airflow/bin/airflow || { $(PYTHON) -m venv .venv-airflow && .venv-airflow/bin/python -m pip install --quiet --disable-pip-version-check --constraint examples/airflow/constraints.txt apache-airflow; }
	$(BIN)/python tools/try_airflow.py

lint: $(READY)  ## style and common mistakes
	$(BIN)/ruff check .

bench: $(READY)  ## speed, paired in one run: the statistics, reports, ten million records (a quarter of an hour; the reports ten minutes of it)
	$(BIN)/python benchmarks/bench_statistics.py
	$(BIN)/python benchmarks/bench_run.py
	$(BIN)/python benchmarks/bench_data.py

bench-1000: $(READY)  ## a thousand invented accounts end to end, and their memory (an hour or more; ACCOUNTS=100 for fewer)
	$(BIN)/python benchmarks/bench_portfolio.py --accounts $(or $(ACCOUNTS),1000)

calibrate: $(READY)  ## measure the error rates that reports quote, in two processes (up to 25 minutes; goes on where it was stopped)
	$(BIN)/python -m calibration.make_table
	$(BIN)/python -m calibration.write_docs

constraints: $(READY)  ## write constraints.txt anew from .venv
	$(BIN)/python -m pip freeze --exclude-editable --exclude valuelab | grep -E '^[A-Za-z0-9._-]+==' > constraints.txt

catalogues: $(READY)  ## bring the catalogues of other languages to the texts of the code
	$(BIN)/python tools/make_catalogue.py

screenshots: $(READY)  ## the pictures of the README, from fresh reports (needs Chromium)
	$(BIN)/python tools/make_screenshots.py

clean:  ## remove the environment and what it left
	rm -rf .venv build *.egg-info .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
