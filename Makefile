# Two Ways to Draw a Digit. Each target sets up what it needs; `make` alone explains them.

PYTHON ?= python3
VENV   ?= .venv
REMOTE ?= origin

# Settings: `make experiments PROFILE=smoke DATASETS=mnist JOBS=4`. What is left out is
# decided by the profile or by `python -m experiments pipeline --help`.
export PROFILE DATASETS MODELS SEEDS DATA_ROOT DATA JOBS RUNS ASSETS DEVICE SITE_URL
export NO_MKDOCS_2_WARNING = 1

# A stamp named after the pins: when they change, the environment is made anew.
PINS  := $(shell cat docs/requirements.txt requirements.txt | cksum | cut -d ' ' -f 1)
STAMP := $(VENV)/pins-$(PINS)
RUN   := $(VENV)/bin/python -m

.PHONY: help experiments site serve test bench publish clean
.DEFAULT_GOAL := help

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-12s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

experiments: $(STAMP) ## train, measure and draw everything into assets/ (PROFILE=quick|smoke|paper)
	@$(RUN) experiments pipeline

site: $(STAMP) ## build the page from assets/ into site/
	@$(RUN) mkdocs build --strict --quiet

serve: $(STAMP) ## read the page at http://127.0.0.1:8000, rebuilt as files change
	@$(RUN) mkdocs serve --livereload

test: $(STAMP) ## check style and types, run every test
	@$(RUN) ruff check .
	@$(RUN) ruff format --check .
	@$(RUN) mypy
	@$(RUN) pytest -n 2 --dist loadfile

bench: $(STAMP) ## measure the speed of training and sampling on this machine
	@$(RUN) experiments bench

publish: site ## push the built page to the gh-pages branch of REMOTE (default origin)
	@$(VENV)/bin/ghp-import --no-jekyll --no-history --force --push \
	  --remote $(REMOTE) --branch gh-pages --message "Publish the page" site

clean: ## remove the environment, the built page and caches; runs/ and assets/ stay
	rm -rf $(VENV) site .mypy_cache .pytest_cache .ruff_cache .cache

$(STAMP):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and \
	  "Python 3.11 or newer is needed, this is " + sys.version.split()[0] + ": name another with make PYTHON=...")'
	rm -rf $(VENV)
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	touch $@
