PYTHON ?= python3
RUN := .venv/bin/python

.DEFAULT_GOAL := help

setup: ## Install everything into .venv (a second when nothing changed)
	@$(PYTHON) -I -B src/secrets_manager/lab/environment.py
