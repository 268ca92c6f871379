# `make run` installs and starts the app; `make test` installs and runs every test.
PYTHON ?= python3
PORT ?= 8501
VENV := .venv
BIN := $(VENV)/bin

define apt_install
SUDO=$$( [ "$$(id -u)" = 0 ] || echo sudo ); \
$$SUDO apt-get update -qq && \
$$SUDO env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(1)
endef

.PHONY: run test check test-one lint lock golden bench data screenshot help-pictures contact-sheet accessibility clean

run: $(VENV)/.run
	KLASTRY_OPEN=1 $(BIN)/streamlit run app.py --server.port $(PORT)

test: $(VENV)/.dev chromium postgresql nginx office validators lint
	# In the order of the folders: browser tests are few and slow, so they go first.
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

# What can be said in a minute and a half: no browser, no database, nothing slow.
check: lint
	CI=1 $(BIN)/python -m pytest tests/unit tests/properties tests/golden -n 2 --dist load -q -m "not slow"

# One file or one test: make test-one T=tests/unit/test_text.py
test-one: $(VENV)/.dev
	$(BIN)/python -m pytest $(T)

# What every view says and paints, written anew after a wanted change.
golden: $(VENV)/.dev
	KLASTRY_GOLDEN=1 $(BIN)/python -m pytest -q tests/golden

LOCK = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate
# Every package that is installed, by version and checksum, for any system.
lock: $(VENV)/.dev
	$(LOCK) requirements.txt -o requirements.lock
	$(LOCK) requirements-dev.txt -c requirements.lock -o requirements-dev.lock
	grep '^uv==' requirements-dev.txt | $(LOCK) - -o requirements-uv.lock

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.dev chromium
	$(BIN)/python -m benchmarks

# Rebuild data/: the localities from package registries (needs npm), the rest from data/sources.
data: $(VENV)/.dev
	$(BIN)/python scripts/build_localities.py --cache .cache/sources
	$(BIN)/python scripts/build_boundaries.py
	$(BIN)/python scripts/build_clusters.py

screenshot: $(VENV)/.dev chromium
	$(BIN)/python scripts/screenshot.py

# The pictures of the page "O danych i pomoc", in both languages, from the running app.
help-pictures: $(VENV)/.dev chromium
	$(BIN)/python scripts/help_pictures.py

# One file of each kind as the programs that people have show it, in one picture: contact-sheet.png.
contact-sheet: $(VENV)/.dev chromium office
	@dpkg -s libreoffice-calc >/dev/null 2>&1 || { $(call apt_install,libreoffice-calc); }
	$(BIN)/python scripts/contact_sheet.py contact-sheet.png

# axe-core over every page, language, size and named state: some minutes, so it is no part of `make test`.
accessibility: $(VENV)/.dev chromium
	$(BIN)/python scripts/accessibility.py

# A browser for the tests: the one that is there, else Debian's.
.PHONY: chromium
chromium:
	@command -v chromium >/dev/null || { $(call apt_install,chromium); }

# A PostgreSQL server for the tests: the one that is there, else Debian's.
.PHONY: postgresql
postgresql:
	@ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null || { $(call apt_install,postgresql); }

# nginx, which tests put before the app: the one that is there, else Debian's.
.PHONY: nginx
nginx:
	@command -v nginx >/dev/null || [ -x /usr/sbin/nginx ] || { $(call apt_install,nginx-light); }

# LibreOffice and Poppler, with which tests open slides and documents: those that are there, else Debian's.
.PHONY: office
office:
	@command -v soffice >/dev/null && command -v pdftoppm >/dev/null || \
	{ $(call apt_install,libreoffice-impress libreoffice-writer poppler-utils); }

# Others' validators of files, from npm by version and checksum (neither npm nor Node is needed).
.PHONY: validators
validators: $(VENV)/.dev
	@$(BIN)/python scripts/validators.py

# Debian ships Python without venv; it is a package of its own.
$(VENV)/bin/pip:
	@$(PYTHON) -m ensurepip --version >/dev/null 2>&1 || { $(call apt_install,python3-venv); }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --upgrade pip

# uv installs all in seconds; where it cannot (a mirror that only pip knows of), pip does.
$(VENV)/bin/uv: requirements-uv.lock | $(VENV)/bin/pip
	$(BIN)/pip install --quiet --require-hashes -r requirements-uv.lock
	touch $@

install = $(BIN)/uv pip install --python $(BIN)/python --quiet --compile-bytecode --require-hashes -r $(1) || \
	$(BIN)/pip install --quiet --require-hashes -r $(1)

$(VENV)/.run: requirements.lock | $(VENV)/bin/uv
	$(call install,requirements.lock)
	touch $@

$(VENV)/.dev: requirements-dev.lock | $(VENV)/bin/uv
	$(call install,requirements-dev.lock)
	touch $@ $(VENV)/.run

clean:
	rm -rf $(VENV) static .pytest_cache .mypy_cache .ruff_cache .hypothesis
