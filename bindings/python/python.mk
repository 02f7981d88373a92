# SPDX-License-Identifier: MIT OR Apache-2.0
# The package for Python; the top Makefile includes this.

PYTHON_DIR := bindings/python
PYTHON_ENV := $(BUILD)/python-env
PYTHON ?= python3
# The package out of this folder, with the libraries that were built last.
PYTHON_RUN = PYTHONPATH=$(CURDIR)/$(PYTHON_DIR)/src NLRS_LIBRARY=$(CURDIR)/$(BUILD)/libnlrs.so.0 \
	NLRS_YNL_LIBRARY=$(CURDIR)/$(BUILD)/ynl/libnlrs-ynl.so.0 $(CURDIR)/$(PYTHON_ENV)/bin/python

.PHONY: deps-python python-records check-python bench-python

deps-python: ## install what check-python and bench-python need, from PyPI into build/python-env
	[ -x $(PYTHON_ENV)/bin/python ] || $(PYTHON) -m venv $(PYTHON_ENV)
	$(PYTHON_ENV)/bin/pip install --quiet pytest mypy ruff hatchling pyroute2

python-records: ## write the classes of the records of bindings/python anew from include/nlrs.h
	python3 $(PYTHON_DIR)/tools/records.py

check-python: all ynl ## types, lints and tests of bindings/python (make deps-python)
	@[ -x $(PYTHON_ENV)/bin/pytest ] || { echo 'check-python needs make deps-python' >&2; exit 1; }
	python3 $(PYTHON_DIR)/tools/records.py --check
	cd $(PYTHON_DIR) && $(CURDIR)/$(PYTHON_ENV)/bin/ruff check .
	cd $(PYTHON_DIR) && MYPYPATH=src $(CURDIR)/$(PYTHON_ENV)/bin/mypy
	cd $(PYTHON_DIR) && $(PYTHON_RUN) -m pytest -q -p no:cacheprovider -rs

bench-python: all ynl ## measure bindings/python beside pyroute2 (make deps-python; root)
	unshare -n $(PYTHON_RUN) $(PYTHON_DIR)/bench/compare.py
