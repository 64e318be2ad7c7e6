# Everything runs in .venv, made on first use from python3 and pip alone.
PYTHON ?= python3
BIN = .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: help install demo test check format starter golden notebooks benchmark clean

help:
	@echo "make demo      label a sample briefing with the starter model"
	@echo "make test      run every test"
	@echo "make check     lint, format, types, tests"
	@echo "make starter   retrain models/starter from seeds/"
	@echo "make notebooks run the notebooks and keep their outputs (read the diff)"
	@echo "make benchmark speed beside peers (DATA=folder of the public corpora), written to build/benchmarks/"
	@echo "make golden    renew the expected outputs in tests/golden/ and docs/commands.md (read the diff)"

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/core: .venv/bin/python pyproject.toml constraints.txt
	$(BIN)/pip install --quiet --constraint constraints.txt --editable .
	@touch $@

.venv/dev: .venv/bin/python pyproject.toml constraints.txt
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[dev]'
	@touch .venv/core $@

install: .venv/dev

demo: .venv/core
	@$(BIN)/topics classify seeds/samples/spokesman-briefing.txt

test: .venv/dev
	$(BIN)/python -m pytest

check: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest

format: .venv/dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

starter: .venv/core
	$(BIN)/topics train seeds/starter --topics seeds/topics.toml --background seeds/background.tsv.gz -o models/starter

notebooks: .venv/dev
	$(BIN)/python notebooks/renew.py

golden: .venv/dev
	$(BIN)/python -m pytest tests/golden tests/docs --renew-golden

DATA ?= ../shared/data

.venv/benchmark: .venv/dev
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[dev,benchmark]'
	@touch $@

benchmark: .venv/benchmark
	@mkdir -p build/benchmarks
	@for name in vectorise classify train cold_start kmeans memory growth; do \
		echo; echo "## $$name"; \
		$(BIN)/python benchmarks/$$name.py $(DATA) --json build/benchmarks/$$name.json || exit 1; done

clean:
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
