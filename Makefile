# Everything a developer types. `make` alone lists it.
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules --no-print-directory
.DEFAULT_GOAL := help

PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
TESTS ?=
TEMPLATE := miniprogram_template
NODE_MODULES := $(TEMPLATE)/node_modules/.package-lock.json
BUNDLE := $(TEMPLATE)/dist/app.js
CATALOGUE ?=
SHOPS ?= 100
DAYS ?= 30
ROUNDS ?= 1
EVENTS ?= 1000000
SEED ?= 1
PROCESSES ?= 2
SIZES ?=

# The checks need settings but no database; an address that nobody serves shows that they do not.
CHECKS := SECRET_KEY=only-for-checks-0123456789abcdef0123456789abcdef \
	DATABASE_URL=postgresql://nobody@127.0.0.1:1/xiaopu LOG_LEVEL=WARNING DATA_DIR=$(CURDIR)/.data/check

.PHONY: help demo reset test crash soak strangers check fmt first-sale bench bench-month bench-tenants openapi looks pictures lock install drill

help: ## list what make can do
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(STAMP) ## run everything on this machine; PORT=8000, DATABASE_URL for your own PostgreSQL
	@exec $(BIN)/python -m infra.demo

reset: $(STAMP) ## forget the data of the demo and of the tests
	@exec $(BIN)/python -m infra.demo.reset

test: $(STAMP) ## run the suite; TESTS=tests/shop for a part, DATABASE_URL for another PostgreSQL
	$(BIN)/python -m pytest $(TESTS)

crash: $(STAMP) ## die at every moment of six flows of money, and catch twelve planted bugs
	$(BIN)/python -m pytest -s --quiet tests/faults/test_crash.py

soak: $(STAMP) ## simulate shops, WeChat, crashes and time from one seed; again: go on; EVENTS=1000000 SEED=1
	@PYTHONPATH=.:platform exec $(BIN)/python -m tests.soak --events $(EVENTS) --seed $(SEED) --processes $(PROCESSES) --journal .data/soak

strangers: $(STAMP) ## run clients that others wrote against the simulator (Node for some of them)
	$(BIN)/python -m pytest tests/strangers tests/wechat_simulator/test_with_wechatpayv3.py

check: $(STAMP) ## layout, style, types, import contracts, migrations, API snapshot
	@mkdir -p .data/check
	$(BIN)/python -m pytest --quiet tests/contracts/test_layout.py
	$(BIN)/ruff check .
	$(CHECKS) $(BIN)/mypy
	$(BIN)/lint-imports
	$(CHECKS) $(BIN)/python -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run
	$(CHECKS) $(BIN)/python -W ignore::RuntimeWarning -m infra.migration_rules
	$(CHECKS) $(BIN)/python -m infra.openapi --check
	$(BIN)/python -m infra.wechat_calls --check

fmt: $(STAMP) ## mend what ruff can mend by itself
	$(BIN)/ruff check --fix .

first-sale: $(STAMP) ## from sign-up to a settled sale, with the figures; CATALOGUE=file.csv
	@exec $(BIN)/python -m infra.first_sale $(if $(CATALOGUE),"$(CATALOGUE)")

bench: $(STAMP) ## measure list, detail, checkout, search, memory, start and opening a shop
	@exec $(BIN)/python -m infra.bench

bench-month: $(STAMP) ## load and compare a month of bills; SHOPS=100 DAYS=30
	@exec $(BIN)/python -m infra.bench.reconciliation --shops $(SHOPS) --days $(DAYS)

bench-tenants: $(STAMP) ## measure many shops on one server: 10, 1,000, 5,000; SIZES=10,200 for fewer
	@exec $(BIN)/python -m infra.bench_tenants $(if $(SIZES),--shops "$(SIZES)")

drill: $(STAMP) ## lose one shop, then the whole server, and restore both from a backup; prove them
	@exec $(BIN)/python -m infra.backups.drill

openapi: $(STAMP) ## write the API documents, and the list of the calls to WeChat, anew
	$(CHECKS) $(BIN)/python -m infra.openapi
	$(BIN)/python -m infra.wechat_calls
	@if [ -e $(NODE_MODULES) ]; then cd $(TEMPLATE) && npm run --silent api; fi

preview: $(BUNDLE) ## build the mini-program for browsers (needs Node 20)

package: $(NODE_MODULES) ## check the mini-program as WeChat would: types, sizes, labels, its own compiler
	@cd $(TEMPLATE) && npm run --silent package

journeys: $(STAMP) $(BUNDLE) ## the journeys in Chromium, against a whole installation; ROUNDS=3
	@for round in $$(seq $(ROUNDS)); do $(BIN)/python -m pytest -m journey tests/miniprogram; done

looks: $(STAMP) $(BUNDLE) ## look at every page: two shops, three widths, two text sizes, two languages
	LOOKS=all $(BIN)/python -m pytest tests/miniprogram/test_every_page.py

pictures: $(STAMP) $(BUNDLE) ## take the pictures of docs/owners/two-shops.md anew
	PICTURES=docs/pictures/miniprogram $(BIN)/python -m pytest tests/miniprogram/test_every_page.py \
		-k 'zh_CN-16 or (loading and home)'

lock: $(STAMP) ## write the lock files anew from pyproject.toml (needs uv)
	$(BIN)/python -m infra.lock

install: $(STAMP) ## make .venv with exactly the locked packages

$(STAMP): requirements-dev.lock pyproject.toml
	@echo "Installing the locked packages into .venv ..."
	@[ -x $(BIN)/python ] || $(PYTHON) -m venv .venv
	@$(PIP) --require-hashes -r requirements-dev.lock
	@$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

$(NODE_MODULES): $(TEMPLATE)/package.json $(TEMPLATE)/package-lock.json
	cd $(TEMPLATE) && npm ci --no-audit --no-fund
	@touch $@

$(BUNDLE): $(NODE_MODULES) $(shell find $(TEMPLATE)/miniprogram $(TEMPLATE)/webrun $(TEMPLATE)/tools \
		$(TEMPLATE)/icons -type f -not -path '*/miniprogram_npm/*' -not -path '*/node_modules/*')
	cd $(TEMPLATE) && npm run --silent build
