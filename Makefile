# One word for each thing a person does with the project. `make run` needs nothing but Python 3.11 or newer.
SHELL := /bin/bash
BIN := .venv/bin
PORT ?= 8000
export PORT

.PHONY: install run test browser sittings quality fix bench lock

install: .venv/.runtime  ## Build .venv with what the product runs on.

run: install  ## Start a demonstration at http://localhost:$(PORT).
	DEBUG=1 DEMO=1 SITE_URL=http://localhost:$(PORT) $(BIN)/python manage.py trial --port $(PORT)

test: .venv/.dev  ## Run the tests on SQLite, and on PostgreSQL when a server answers.
	tools/test.sh

browser: .venv/.browser  ## Run the tests that drive a real Chromium (ROUNDS=20 for many of each accident).
	tools/browser.sh

sittings: .venv/.dev  ## Hold juries under load on PostgreSQL while the server dies (ROUNDS=50 DOSSIERS=40 CLIENTS=13).
	TEST_DATABASE_URL=$${TEST_DATABASE_URL:-postgres://postgres@127.0.0.1:5432/rncp31395} \
	  $(BIN)/pytest -q -n 0 -s tests/load

quality: .venv/.dev  ## Every check that is not a test.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy .
	$(BIN)/djlint templates --lint --quiet
	DJANGO_SETTINGS_MODULE=tests.settings $(BIN)/python manage.py makemigrations --check --dry-run
	DJANGO_SETTINGS_MODULE=tests.settings $(BIN)/python manage.py check --fail-level WARNING

fix: .venv/.dev  ## Put right what the checks can put right.
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/.dev  ## Print the measures of docs/performance.md as JSON lines.
	DJANGO_SETTINGS_MODULE=tests.settings $(BIN)/python -m tests.bench

lock: .venv/.dev  ## Pin every dependency with its hashes.
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --python-version 3.11 \
	  --custom-compile-command "make lock" requirements.in -o requirements.txt
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --python-version 3.11 \
	  --custom-compile-command "make lock" requirements-dev.in -o requirements-dev.txt
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --python-version 3.11 \
	  --custom-compile-command "make lock" requirements-browser.in -o requirements-browser.txt

.venv/.runtime: requirements.txt tools/install.sh
	tools/install.sh requirements.txt
	touch $@

.venv/.dev: requirements-dev.txt tools/install.sh
	tools/install.sh requirements-dev.txt
	touch .venv/.runtime $@

.venv/.browser: requirements-browser.txt .venv/.dev
	tools/install.sh requirements-browser.txt
	touch $@
