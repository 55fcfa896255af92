# `make help` lists what there is. Everything lives in .venv; nothing is installed anywhere else.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: demo test test-fast lint lighthouse format lock clean help
MAKEFLAGS += --no-print-directory

# The first Python 3.12 or later that really starts: by name, from pyenv (whose shims may refuse), then python3.
define FIND_PYTHON
good() { "$$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 12))' >/dev/null 2>&1; }; \
for name in python3.14 python3.13 python3.12 \
    "$${PYENV_ROOT:-$${HOME:-}/.pyenv}"/versions/3.1{4,3,2}*/bin/python3 python3; do \
  if good "$$name"; then echo "$$name"; exit 0; fi; \
done; \
echo "This needs Python 3.12 or later with its venv module, and found none." >&2; \
echo "Install it (Debian and Ubuntu: python3 and python3-venv; macOS: python from Homebrew; or pyenv install 3.13)." >&2; \
exit 1
endef

BIN := .venv/bin
HASH = $$(cksum $(1) | cut -d' ' -f1)
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input install --quiet --compile --require-hashes
# What the checks write (secret key, media) must not land in the developer's own data.
SCRATCH = scratch=$$(mktemp -d); trap 'rm -rf "$$scratch"' EXIT; export DATA_DIR="$$scratch"; unset DATABASE_URL
# The browser's tests run by themselves: Playwright leaves an event loop in its process, and the tests of races fork.
# A file at a time, for the demo that they share is started once.
PYTEST := $(BIN)/python -m pytest -q -n 2
QUIET_TESTS := -m "not benchmark and not browser"

# $(call INSTALL,run,requirements.lock): nothing happens when the stamp of this very lock is there. The test lock
# holds the same pins and more (make lock sees to it), so both install into one .venv.
define INSTALL
stamp=".venv/.stamp-$(1)-$(call HASH,$(2))"; \
if [ ! -e "$$stamp" ]; then \
  $(BIN)/python -c '' 2>/dev/null || { python=$$($(FIND_PYTHON)); echo "Making .venv with $$("$$python" --version)"; \
    rm -rf .venv; "$$python" -m venv .venv; }; \
  echo "Installing what $(2) lists (about a minute, once)"; \
  $(PIP) -r $(2); \
  rm -f .venv/.stamp-$(1)-*; touch "$$stamp"; \
fi
endef

demo: ## set up, then serve the demo on http://127.0.0.1:8000 (PORT=… changes it)
	@$(call INSTALL,run,requirements.lock)
	@exec $(BIN)/python manage.py demo

test: ## run every check that CI runs
	@$(MAKE) lint
	@$(call INSTALL,test,requirements-test.lock); $(SCRATCH); \
	echo "Django's own checks"; $(BIN)/python manage.py check --fail-level WARNING; \
	echo "Migrations are complete"; $(BIN)/python manage.py makemigrations --check --dry-run; \
	echo "Tests on SQLite, with coverage"; $(PYTEST) $(QUIET_TESTS) --cov --cov-report=term:skip-covered; \
	echo "Tests in the browser"; $(PYTEST) -m browser --dist worksteal; \
	echo "Tests on PostgreSQL"; \
	if $(BIN)/python tests/postgres.py where; then \
	  $(BIN)/python tests/postgres.py run -- $(PYTEST) $(QUIET_TESTS); \
	else \
	  echo "*** THE TESTS DID NOT RUN ON POSTGRESQL: see the line above. ***" >&2; \
	  [ "$${CI:-}" != true ]; \
	fi

test-fast: ## run the tests on SQLite only, without a browser
	@$(call INSTALL,test,requirements-test.lock); $(SCRATCH); \
	$(BIN)/python -m pytest -q -n 2 -m "not benchmark and not browser"

lint: ## check style, types, templates and the direction of imports
	@$(call INSTALL,test,requirements-test.lock); $(SCRATCH); \
	step() { echo "$$1"; shift; "$$@" >"$$scratch/said" 2>&1 || { cat "$$scratch/said"; exit 1; }; }; \
	step "Style" $(BIN)/ruff check --quiet .; \
	step "Format" $(BIN)/ruff format --check .; \
	step "Templates" $(BIN)/djlint --lint --quiet --allow-empty-input templates; \
	step "Django idioms" $(BIN)/django-upgrade --target-version 6.1 --check \
	  $$(git ls-files --cached --others --exclude-standard -- '*.py'); \
	step "Direction of imports" $(BIN)/lint-imports --no-cache; \
	step "Types" $(BIN)/mypy --no-error-summary

lighthouse: ## score the pages of a running demo (BASE=http://127.0.0.1:8000); needs node and Chromium
	@$(call INSTALL,test,requirements-test.lock)
	@$(BIN)/python benchmarks/lighthouse/run.py $(or $(BASE),http://127.0.0.1:8000)

format: ## rewrite Python files in the house style
	@$(call INSTALL,test,requirements-test.lock)
	@$(BIN)/ruff check --quiet --fix . ; $(BIN)/ruff format --quiet .

UV := uv pip compile --quiet --universal --python-version 3.12 --generate-hashes --no-annotate \
  --no-emit-index-url --no-emit-find-links --no-header pyproject.toml --extra postgres --extra redis --extra ses
lock: ## resolve the dependencies again (needs uv)
	@command -v uv >/dev/null || { echo "Install uv first; only this target needs it." >&2; exit 1; }
	@echo "requirements.lock"; $(UV) -o requirements.lock
	@echo "requirements-test.lock"; $(UV) -c requirements.lock --group test -o requirements-test.lock

clean: ## remove what was installed, cached and measured; var/ with its data stays
	@rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .coverage .coverage.*
	@rm -rf var/test-templates var/screenshots

help: ## show this
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1\t\2/p' Makefile | expand -t 18
