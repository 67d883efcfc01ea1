# Everything a developer types. `make` alone lists it.
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.ONESHELL:
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules --no-print-directory
.DEFAULT_GOAL := help

PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed
PORT ?= 8000
CATALOGUE ?=
# Checks that need settings but no database read these values, unless the caller sets its own.
CHECK_ENV := SECRET_KEY="$${SECRET_KEY:-$$(printf 'check-%.0s' {1..10})}" \
	DATABASE_URL="$${DATABASE_URL:-postgresql://postgres@127.0.0.1:1/xiaopu}"

.PHONY: help
help: ## list what make can do
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: install
install: $(STAMP) ## make .venv with exactly the locked packages

$(STAMP): requirements-dev.lock pyproject.toml
	@echo "Installing the locked packages into .venv ..."
	[ -x $(BIN)/python ] || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@
