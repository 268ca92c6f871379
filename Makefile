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

.PHONY: run test lint bench data screenshot clean

run: $(VENV)/.run
	KLASTRY_OPEN=1 $(BIN)/streamlit run app.py --server.port $(PORT)

test: $(VENV)/.dev chromium postgresql nginx office lint
	# In the order of the folders: browser tests are few and slow, so they go first.
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

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

# Debian ships Python without venv; it is a package of its own.
$(VENV)/bin/pip:
	@$(PYTHON) -m ensurepip --version >/dev/null 2>&1 || { $(call apt_install,python3-venv); }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --upgrade pip

$(VENV)/.run: requirements.txt | $(VENV)/bin/pip
	$(BIN)/pip install --quiet -r requirements.txt
	touch $@

$(VENV)/.dev: requirements.txt requirements-dev.txt | $(VENV)/bin/pip
	$(BIN)/pip install --quiet -r requirements-dev.txt
	touch $@ $(VENV)/.run

clean:
	rm -rf $(VENV) static .pytest_cache .mypy_cache .ruff_cache .hypothesis
