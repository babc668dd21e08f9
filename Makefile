# SeqViz. `make run` starts the app, `make test` checks everything; `make help` lists the rest.

PYTHON ?= python3
PORT ?= 8501
# Of gpu-check, gpu-train and gpu-ship.
DEVICE ?= cuda
OUT ?= trained
AT_ONCE ?= 4
MINUTES ?= 25
VENV := .venv

python := $(VENV)/bin/python
# A stamp is newer than the files it depends on: nothing to install, no network, an instant start.
runtime := $(VENV)/.runtime-installed
development := $(VENV)/.development-installed

.DEFAULT_GOAL := help
parts := browser-tests training-tests model-tests page-tests other-tests
.PHONY: help run serve-ray test $(parts) beside-browser-tests ray-tests check measure-page \
  measure-lesson measure-flags measure-inspect measure-load measure-together gpu-check gpu-train \
  gpu-ship clean

help:
	@echo "make run     install what is missing, then show SeqViz at http://127.0.0.1:$(PORT)"
	@echo "make serve-ray  the HTTP API on Ray Serve, which it installs: two replicas, port 8600"
	@echo "make test    install what is missing, then ruff, mypy and all tests"
	@echo "make check   ruff and mypy only"
	@echo "make ray-tests  the tests that need a real Ray, which it installs"
	@echo "make measure-page  the page's latencies and sizes; AGAINST=COMMIT compares them with a commit's"
	@echo "make measure-lesson  from the space bar to the next picture, chapter by chapter, and every act"
	@echo "make measure-flags DATA=FOLDER  measure marks and features anew, into rules and readmes"
	@echo "make measure-inspect  what inspecting a test set costs, and how fast its table of 10,000 is"
	@echo "make measure-load  1, 10, 50 and 200 visitors at once; LOAD='--minutes 60': two a second"
	@echo "make measure-together DATA=FOLDER  recorded searches in batches against one at a time"
	@echo "make gpu-check     its tests and seqviz bench, where there is a GPU"
	@echo "make gpu-train DATA=FOLDER  train all configs there in 25 minutes; DEVICE=cpu TINY=--tiny rehearses it"
	@echo "make gpu-ship DATA=FOLDER  put what came out better than what ships in its place; SHIP=--only-say"
	@echo "make clean   remove $(VENV) and everything that was built"
	@echo
	@echo "make run PORT=8600 takes another port; PYTHON=python3.12 another Python for a new $(VENV)"

run: $(runtime)
	@"$(python)" -m seqviz app --port $(PORT)

# The API with two replicas, by deploy/ray/one-machine.yaml.
serve-ray: export PYTHONPATH := $(CURDIR)/deploy/ray
serve-ray: export RAY_USAGE_STATS_ENABLED := 0
serve-ray: $(runtime)
	@"$(python)" -m pip install --disable-pip-version-check -q -e '.[ray]'
	"$(python)" -m ray.serve.scripts run deploy/ray/one-machine.yaml

check: $(development)
	"$(python)" -m ruff check .
	"$(python)" -m ruff format --check .
	"$(python)" -m mypy

# The tests are five processes, each of which imports and collects its own part alone. A test machine
# may have two cores: one thread a process. Those of the browser take longest, one after the other,
# and wait a lot: they go first, and the rest, types too, has what they leave, the longest part
# first, so that none is left alone on one core. What is compiled once need not be compiled again by
# each process that tests start.
test: export OMP_NUM_THREADS := 1
test: export PYTHONDONTWRITEBYTECODE :=
test: $(development)
	@$(MAKE) --no-print-directory -j 5 browser-tests beside-browser-tests

beside-browser-tests: $(development)
	@nice -n 5 $(MAKE) --no-print-directory check $(filter-out browser-tests,$(parts))

browser-tests: folders := tests/browser
page-tests: folders := tests/views
of_training := $(addprefix tests/,foreign lesson tasks training)
training-tests: folders := $(of_training)
of_models := $(addprefix tests/,bench decoding models translator)
model-tests: folders := $(of_models)
elsewhere := tests/browser $(of_training) $(of_models) tests/views tests/ray
other-tests: folders := $(addprefix --ignore=,$(elsewhere))
$(parts): $(development)
	"$(python)" -m pytest -q $(folders)

# A real Ray on this machine: its wheel has 79 MB, and to start it takes half a minute of two cores.
ray-tests: $(development)
	@"$(python)" -m pip install --disable-pip-version-check -q -e '.[ray]'
	"$(python)" -m pytest -q tests/ray

measure-page: $(development)
	@"$(python)" -m tests.browser.measure $(AGAINST)

measure-lesson: $(development)
	@"$(python)" -m tests.browser.measure.lesson

# Of every shipped system that attends. FOLDER holds PAIR.dev.tsv.gz and PAIR.test.tsv.gz, and in
# quality/ what people judged and marked.
flags := $(addprefix de-en/,transformer additive dot general)
flags += $(addprefix zh-en/,transformer additive dot) fr-en/transformer
of = $(DATA)/$(patsubst %/,%,$(dir $(1))).$(2).tsv.gz
measure-flags: export OMP_NUM_THREADS := 1
measure-flags: $(development)
	@$(if $(DATA),,$(error make measure-flags DATA=FOLDER))"$(python)" -m seqviz validate \
	  --write seqviz/inspection/measured.toml --into README.md --into README.zh.md \
	  $(addprefix --judged ,$(wildcard $(DATA)/quality/mlqe-pe.*)) \
	  --spans zh-en/transformer $(DATA)/quality/mqm-ted.zh-en.tsv.gz \
	  $(foreach system,$(flags),--fit $(system) $(call of,$(system),dev) \
	    --planted $(system) $(call of,$(system),test) \
	    --gold $(system) data/alignment/$(patsubst %/,%,$(dir $(system))).tsv)

measure-inspect: $(development)
	@"$(python)" -m tests.inspection.measure
	@"$(python)" -m tests.browser.measure --only-inspect

measure-load: $(development)
	@"$(python)" -m tests.load $(LOAD)

measure-together: $(development)
	@$(if $(DATA),,$(error make measure-together DATA=FOLDER))"$(python)" -m tests.translator.measure \
	  $(foreach system,de-en/transformer zh-en/dot fr-en/transformer,$(system) $(call of,$(system),test))

gpu-check: $(development)
	"$(python)" -m pytest -q tests/test_gpu.py
	"$(python)" -m seqviz bench --device $(DEVICE)

# The models lie in OUT; in OUT.parts they are cut into files of 16 MiB at most, which
# "python -m seqviz.training.parts join OUT.parts FOLDER" puts together again.
gpu-train: $(runtime)
	-$(if $(DATA),,$(error make gpu-train DATA=FOLDER))"$(python)" -m seqviz.training.many \
	  --data "$(DATA)" --out "$(OUT)" --work "$(OUT).runs" --device $(DEVICE) \
	  --at-once $(AT_ONCE) --minutes $(MINUTES) $(TINY) $(CONFIGS)
	rm -rf "$(OUT).parts"
	"$(python)" -m seqviz.training.parts cut "$(OUT)" "$(OUT).parts"

# SHIP: further words, such as --only-say, or "--limit 20 --into FOLDER" for a rehearsal.
gpu-ship: $(runtime)
	@$(if $(DATA),,$(error make gpu-ship DATA=FOLDER))"$(python)" -m seqviz.training.ship \
	  --data "$(DATA)" --out "$(OUT)" --device $(DEVICE) $(SHIP)

clean:
	rm -rf "$(VENV)" build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find app.py setup.py seqviz tests -name __pycache__ -type d -prune -exec rm -rf {} +

# pip is the last thing that venv writes, so an interrupted or incomplete one is made again.
$(VENV)/bin/pip:
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "SeqViz needs Python 3.11 or newer; '$(PYTHON)' is older, or missing." \
	    "Install one and name it: make run PYTHON=python3.12" >&2; exit 1; }
	@echo "Creating $(VENV)"
	@"$(PYTHON)" -m venv "$(VENV)" || { \
	  echo "'$(PYTHON)' cannot create a virtual environment." \
	    "On Debian and Ubuntu: sudo apt-get install python3-venv" >&2; exit 1; }

$(runtime): requirements.txt pyproject.toml | $(VENV)/bin/pip
	@echo "Installing what SeqViz runs on into $(VENV) (the first time takes minutes)"
	@"$(python)" -m pip install --disable-pip-version-check -r requirements.txt
	@"$(python)" -m pip install --disable-pip-version-check -q --no-deps --no-build-isolation -e .
	@touch "$@"

$(development): requirements-dev.txt $(runtime)
	@echo "Installing what the tests need into $(VENV)"
	@"$(python)" -m pip install --disable-pip-version-check -r requirements-dev.txt
	@touch "$@"
