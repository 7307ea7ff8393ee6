# Two Ways to Draw a Digit. Each target sets up what it needs; `make` alone explains them.

PYTHON ?= python3
VENV   ?= .venv
REMOTE ?= origin

# Settings: `make experiments PROFILE=smoke DATASETS=mnist JOBS=4`. What is left out is
# decided by the profile or by `python -m experiments pipeline --help`.
export PROFILE DATASETS MODELS SEEDS DATA_ROOT DATA JOBS RUNS ASSETS DEVICE SITE_URL
export NO_MKDOCS_2_WARNING = 1

# Stamps named after the pins: when those of the page change, the environment is made anew.
# The page needs no torch; what trains and tests is added to the same environment.
sum   = $(shell cat $(1) | cksum | cut -d ' ' -f 1)
PAGE  := $(VENV)/pins-page-$(call sum,docs/requirements.txt)
STAMP := $(VENV)/pins-all-$(call sum,docs/requirements.txt requirements.txt)
RUN   := $(VENV)/bin/python -m

.PHONY: help experiments site serve test bench install publish clean
.DEFAULT_GOAL := help

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-12s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

experiments: $(STAMP) ## train, measure and draw everything into assets/ (PROFILE=quick|smoke|paper)
	@$(RUN) experiments pipeline

site: $(PAGE) ## build the page from assets/ into site/
	@$(RUN) mkdocs build --strict

serve: $(PAGE) ## read the page at http://127.0.0.1:8000, rebuilt as files change
	@$(RUN) mkdocs serve --livereload

test: $(STAMP) ## check style and types, run every test
	@$(RUN) ruff check .
	@$(RUN) ruff format --check .
	@$(RUN) mypy
	@$(RUN) pytest -n 2 --dist loadfile

bench: $(STAMP) ## measure the speed of training and sampling on this machine
	@$(RUN) experiments bench

install: $(STAMP) ## set up everything, to type `python -m experiments` commands

# A failed push leaves the local branch as it was, or none where there was none.
publish: site ## replace the gh-pages branch of REMOTE (default origin) by the built page
	@url=$$(git remote get-url --push $(REMOTE) 2>/dev/null) || { \
	  echo "There is no remote $(REMOTE): name another with make publish REMOTE=..." >&2; exit 2; }; \
	echo "Replacing the branch gh-pages of $(REMOTE) ($$url) by site/"; \
	before=$$(git rev-parse --quiet --verify refs/heads/gh-pages || true); \
	$(VENV)/bin/ghp-import --no-jekyll --no-history --force --push \
	  --remote $(REMOTE) --branch gh-pages --message "Publish the page" site || { \
	  if [ -n "$$before" ]; then git update-ref refs/heads/gh-pages $$before; \
	  else git branch --quiet -D gh-pages 2>/dev/null || true; fi; \
	  echo "The page was not published: $$url did not take the branch gh-pages." >&2; exit 2; }

clean: ## remove the environment, the built page and caches; runs/ and assets/ stay
	rm -rf $(VENV) site .mypy_cache .pytest_cache .ruff_cache .cache

$(PAGE):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and \
	  "Python 3.11 or newer is needed, this is " + sys.version.split()[0] + ": name another with make PYTHON=...")'
	rm -rf $(VENV)
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check -r docs/requirements.txt
	@touch $@

$(STAMP): $(PAGE)
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@
