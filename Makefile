# `make run` and `make test` are all that a newcomer needs; README.md says more.
PYTHON ?= python3
BIN = .venv/bin

.PHONY: help install develop run test check lint bench lock messages clean

help:
	@echo "make run       run the demonstration     PORT=8000 MAIL_PORT=8025 HOST=127.0.0.1"
	@echo "make test      every test; what uses the database on SQLite and on PostgreSQL"
	@echo "make check     what CI runs: linters, types, contracts, translations, every test"
	@echo "make bench     the measurements of docs/performance.md"
	@echo "make lock      pin requirements*.in again"
	@echo "make messages  collect the texts to translate"

install:
	@$(PYTHON) scripts/install.py

develop:
	@$(PYTHON) scripts/install.py --dev

run: install
	@$(BIN)/python scripts/demonstrate.py

test: develop
	@$(BIN)/python scripts/test.py

lint: develop
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

check: lint test

bench: develop
	@$(BIN)/python -m benchmarks

lock: develop
	$(BIN)/uv pip compile --universal --generate-hashes -q --python-version 3.11 --no-emit-index-url requirements.in -o requirements.txt
	$(BIN)/uv pip compile --universal --generate-hashes -q --python-version 3.11 --no-emit-index-url requirements-dev.in -o requirements-dev.txt

messages: develop
	$(BIN)/python scripts/messages.py
