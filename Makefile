# Two Ways to Draw a Digit. Each target sets up what it needs; `make` alone explains them.

PYTHON ?= python3
VENV   ?= .venv
REMOTE ?= origin
PORT   ?= 8000

# Settings: `make experiments PROFILE=smoke DATASETS=mnist JOBS=4`. What is left out is
# decided by the profile or by `python -m experiments pipeline --help`.
export PROFILE DATASETS MODELS SEEDS DATA_ROOT DATA JOBS RUNS ASSETS DEVICE EXECUTOR SITE_URL
export NO_MKDOCS_2_WARNING = 1

# One environment in three layers, each with a stamp named after its pins: the page needs no
# torch, the experiments no test tools. When the page's pins change, all is made anew.
PINS  := docs/requirements.txt requirements.txt requirements-dev.txt
sum    = $(shell cat $(wordlist 1,$(1),$(PINS)) | cksum | cut -d ' ' -f 1)
PAGE  := $(VENV)/pins-page-$(call sum,1)
ALL   := $(VENV)/pins-experiments-$(call sum,2)
TESTS := $(VENV)/pins-tests-$(call sum,3)
RUN   := $(VENV)/bin/python -m
PIP   := $(RUN) pip install --quiet --disable-pip-version-check

# VENV may name any folder, but only an environment that was made here is ever removed.
ours   = ls $(VENV)/pins-* >/dev/null 2>&1 || [ -z "$$(ls -A $(VENV) 2>/dev/null)" ] || { \
  echo "$(VENV) was not made here and stays as it is: name another folder with make VENV=..." >&2; \
  exit 2; }

.PHONY: help experiments site serve test bench install publish clean
.DEFAULT_GOAL := help

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-12s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

experiments: $(ALL) ## train, measure and draw everything into assets/ (PROFILE=quick|smoke|paper)
	@$(RUN) experiments pipeline

site: $(PAGE) ## build the page from assets/ into site/
	@$(RUN) mkdocs build --strict

serve: $(PAGE) ## read the page at http://127.0.0.1:8000 (PORT=...), rebuilt as files change
	@$(VENV)/bin/python -c 'import socket, sys; \
	  socket.create_server(("127.0.0.1", int(sys.argv[1])))' "$(PORT)" 2>/dev/null || { \
	  echo "Port $(PORT) cannot be had, it may be in use: choose another with make serve PORT=8001" >&2; \
	  exit 2; }
	@$(RUN) mkdocs serve --livereload --dev-addr 127.0.0.1:$(PORT)

test: $(TESTS) ## check style and types, run every test
	@$(RUN) ruff check .
	@$(RUN) ruff format --check .
	@$(RUN) mypy
	@$(RUN) pytest -n 2 --dist loadfile

bench: $(ALL) ## measure the speed of training and sampling on this machine
	@$(RUN) experiments bench

install: $(ALL) ## set up everything, to type `python -m experiments` commands

# A failed push leaves the local branch as it was, or none where there was none.
publish: site ## replace the gh-pages branch of REMOTE (default origin) by the built page
	@url=$$(git remote get-url --push $(REMOTE) 2>/dev/null) || { \
	  echo "There is no remote $(REMOTE): name another with make publish REMOTE=..." >&2; exit 2; }; \
	echo "Replacing the branch gh-pages of $(REMOTE) ($$url) by site/"; \
	before=$$(git rev-parse --quiet --verify refs/heads/gh-pages || true); \
	git update-ref -d refs/heads/gh-pages; \
	{ $(VENV)/bin/ghp-import --no-jekyll --no-history --remote $(REMOTE) --branch gh-pages \
	    --message "Publish the page" site && \
	  git push --quiet --force $(REMOTE) refs/heads/gh-pages; } || { \
	  if [ -n "$$before" ]; then git update-ref refs/heads/gh-pages $$before; \
	  else git branch --quiet -D gh-pages 2>/dev/null || true; fi; \
	  echo "The page was not published: $$url did not take the branch gh-pages." >&2; exit 2; }

clean: ## remove the environment, the built page and caches; runs/ and assets/ stay
	@$(ours)
	rm -rf $(VENV) site .mypy_cache .pytest_cache .ruff_cache .cache

# Few modules of the page's packages are ever imported: to compile them all takes longer.
$(PAGE):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and \
	  "Python 3.11 or newer is needed, this is " + sys.version.split()[0] + ": name another with make PYTHON=...")'
	@$(ours)
	@rm -rf $(VENV)
	@mkdir -p $(VENV) && touch $(VENV)/pins-begun
	$(PYTHON) -m venv $(VENV)
	$(PIP) --no-compile -r docs/requirements.txt
	@touch $@

$(ALL): $(PAGE)
	@rm -f $(VENV)/pins-experiments-* $(VENV)/pins-tests-*
	$(PIP) -r requirements.txt
	@touch $@

$(TESTS): $(ALL)
	@rm -f $(VENV)/pins-tests-*
	$(PIP) -r requirements-dev.txt
	@touch $@
