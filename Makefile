# Every command of the course. `make` alone prints them.

PYTHON ?= python3
# -I: neither PYTHONPATH nor a package in the user's home can change what runs.
RUN := .venv/bin/python -I

.DEFAULT_GOAL := help
.PHONY: help setup examples example-1 example-2 example-3 test lint bench clean lock upgrade \
	localstack-up localstack-down test-localstack test-programs test-workbench check mutants \
	new-exercise handout docs progress faults bench-rotation bench-rotation-time timeline \
	lambda test-lambda

# Each exercise has commands of its own, such as test-1.
NUMBERS := $(patsubst exercises/.stubs/exercise_%.py,%,$(wildcard exercises/.stubs/exercise_*.py))
SOLUTIONS := $(wildcard exercises/solutions/*.py)
NEED_SOLUTIONS = @[ -n "$(SOLUTIONS)" ] || { \
	echo "This copy of the course has no solutions: ask whoever gave it to you" >&2; exit 2; }
.PHONY: $(foreach command,test watch hint reset solution check,$(NUMBERS:%=$(command)-%))

help: ## Print this list
	@awk -F ' ## ' '/^## / { if (!$(words $(SOLUTIONS))) exit; print "\n" substr($$0, 4) } \
		/^[a-z$$].*: .*## / { sub(/^\$$\(NUMBERS:%=/, "", $$1); sub(/%\).*/, "1 to $(words $(NUMBERS))", $$1); \
		sub(/:.*/, "", $$1); printf "  make %-20s %s\n", $$1, $$2 }' Makefile

setup: ## Install all packages into .venv; takes no time when nothing has changed
	@command -v $(PYTHON) >/dev/null || { \
		echo "There is no $(PYTHON) here. Install Python 3.11 or newer, or name one: make setup PYTHON=/path/to/python3" >&2; exit 2; }
	@$(PYTHON) -I -B src/secrets_manager/lab/environment.py

examples: setup ## Run the three examples, one after the other
	@for n in 1 2 3; do $(RUN) -m secrets_manager.examples.example_$$n || exit; done

example-1: setup ## Basic storage and retrieval
	@$(RUN) -m secrets_manager.examples.example_1

example-2: setup ## JSON secrets, versions and staging labels
	@$(RUN) -m secrets_manager.examples.example_2

example-3: setup ## Rotation patterns, on a real PostgreSQL
	@$(RUN) -m secrets_manager.examples.example_3

test: setup ## Run the course's own tests, judge the exercises, and draw the map
	@$(RUN) -m pytest -m 'not programs and not packed' -n 3 --dist loadgroup; tests=$$?; $(RUN) -m secrets_manager.grading test && exit $$tests

$(NUMBERS:%=test-%): test-%: setup ## Judge one exercise
	@$(RUN) -m secrets_manager.grading test $*

$(NUMBERS:%=watch-%): watch-%: setup ## Judge one exercise at every save
	@$(RUN) -m secrets_manager.grading watch $*

$(NUMBERS:%=hint-%): hint-%: setup ## Give the next of three hints for the first task that is not done
	@$(RUN) -m secrets_manager.grading hint $*

$(NUMBERS:%=reset-%): reset-%: setup ## Start an exercise over; what you had is kept under another name
	@$(RUN) -m secrets_manager.grading reset $*

progress: setup ## Draw the map of the course
	@$(RUN) -m secrets_manager.grading progress

test-programs: setup ## Run the tests that start programs and servers, and stop or kill them
	@$(RUN) -m pytest -m programs -n 2 --dist loadgroup

test-localstack: setup ## Run the tests of the backends on moto and on LocalStack, started if need be
	@$(RUN) -m secrets_manager.lab.localstack with $(RUN) -m pytest --localstack -n 4 --dist loadgroup

lint: setup ## Check style, types, spelling and templates (ruff, mypy, typos, cfn-lint)
	@.venv/bin/ruff check
	@.venv/bin/ruff format --check
	@$(RUN) -m mypy src tests $(wildcard exercises/solutions)
	@.venv/bin/typos --no-ignore-dot
	@.venv/bin/uv run --quiet --no-project --isolated \
		--with-requirements src/secrets_manager/production/cfn-lint.lock \
		cfn-lint src/secrets_manager/production/*.yaml

bench: setup ## Measure the cache against the fastest that is possible, in ratios
	@$(RUN) tests/bench/bench_cache.py

lambda: setup ## Pack the handler of exercise 3, or FILE=, for AWS Lambda; also CA=, ARCH=, RUNTIME=
	@$(RUN) -m secrets_manager.production.package $${FILE:+--file "$$FILE"} $${CA:+--ca "$$CA"} \
		$${ARCH:+--architecture "$$ARCH"} $${RUNTIME:+--runtime "$$RUNTIME"}

localstack-up: setup ## Start LocalStack, with Docker or without
	@$(RUN) -m secrets_manager.lab.localstack up

localstack-down: setup ## Stop the LocalStack that localstack-up started
	@$(RUN) -m secrets_manager.lab.localstack down

upgrade: setup ## Bring a newer handout here, and keep what you wrote: make upgrade FROM=handout.zip
	@$(RUN) -m secrets_manager.grading upgrade "$$FROM"

clean: ## Remove everything that these commands made
	@if [ ! -e .localstack/started ]; then :; \
	elif [ -x .venv/bin/python ]; then $(RUN) -m secrets_manager.lab.localstack down; \
	else echo "LocalStack may still run. Stop it first: make localstack-down" >&2; exit 2; fi
	@rm -rf .venv .uv .localstack .handout .mutants .build .hypothesis .mypy_cache .pytest_cache .ruff_cache \
		.coverage .coverage.* .hints.json uv.lock
	@find $(wildcard src exercises tests) -type d \( -name __pycache__ -o -name '*.egg-info' \) \
		-prune -exec rm -rf {} +

## In a copy with the solutions:

$(NUMBERS:%=solution-%): solution-%: setup ## Compare with the solution, once yours passes
	@$(RUN) -m secrets_manager.grading solution $*

check: setup ## Prove that the graders grade, on moto and on LocalStack
	@$(if $(SOLUTIONS),$(RUN) -m secrets_manager.lab.localstack with) $(RUN) -m secrets_manager.grading check

$(NUMBERS:%=check-%): check-%: setup ## Prove it of one exercise; STRICT=1 counts what is still to write
	@$(if $(SOLUTIONS),$(RUN) -m secrets_manager.lab.localstack with) $(RUN) -m secrets_manager.grading check $*

mutants: setup ## Judge every mutant of the solutions: each fails, or is known as equivalent
	@$(RUN) -m secrets_manager.grading mutants

faults: setup ## Break a rotation at every side effect, and see it recover; ONLY='…' runs one combination, TURN=first half of them
	$(NEED_SOLUTIONS)
	@$(RUN) -m pytest tests/faults -n 2 --timeout 300 --only '$(ONLY)' --turn '$(TURN)'

new-exercise: setup ## Begin a new exercise: make new-exercise N=4 TITLE="…"
	@$(RUN) -m secrets_manager.grading new-exercise "$$N" "$$TITLE"

handout: setup ## Zip what is committed, without solutions, for learners; TO=… names the zip
	@$(RUN) -m secrets_manager.grading handout "$$TO"

test-lambda: setup ## Pack the solution of exercise 3 and rotate with it, a new process for each step
	$(NEED_SOLUTIONS)
	@$(RUN) -m pytest -m packed

test-workbench: setup ## Run what instructors do, a handout's own tests, and every exercise half done
	$(NEED_SOLUTIONS)
	@$(RUN) -m pytest --workbench tests/workbench -n 2 --timeout 900

bench-rotation: setup ## Measure what an application feels of rotations, and the time of one; short: ROTATIONS=5
	$(NEED_SOLUTIONS)
	@$(RUN) tests/bench/bench_rotation.py; load=$$?; [ $$load -le 1 ] || exit $$load; echo; \
		$(RUN) tests/bench/bench_rotation_time.py && exit $$load

bench-rotation-time: setup ## Measure one rotation against the least that a correct one has to do
	$(NEED_SOLUTIONS)
	@$(RUN) tests/bench/bench_rotation_time.py

timeline: setup ## Measure, and draw docs/rotation-timeline.svg and the table in docs/patterns.md anew
	$(NEED_SOLUTIONS)
	@$(RUN) tests/bench/bench_rotation.py --write

docs: setup ## Write docs/emulators.md anew from the table that the tests run
	@$(RUN) -m secrets_manager.lab.agreement >docs/emulators.md.new
	@mv docs/emulators.md.new docs/emulators.md

lock: setup ## Resolve the newest versions that pyproject.toml allows into requirements.lock
	@.venv/bin/uv lock --quiet --upgrade
	@.venv/bin/uv export --quiet --all-groups --no-emit-project --format requirements.txt >requirements.new
	@mv requirements.new requirements.lock
	@cd src/secrets_manager/lab && '$(CURDIR)/.venv/bin/uv' pip compile --quiet --upgrade --universal --python-version 3.11 \
		--generate-hashes --no-annotate --custom-compile-command "make lock" localstack.in -o localstack.lock
	@cd src/secrets_manager/grading && '$(CURDIR)/.venv/bin/uv' pip compile --quiet --upgrade --universal --python-version 3.11 \
		--generate-hashes --no-annotate --custom-compile-command "make lock" mutmut.in -o mutmut.lock
	@cd src/secrets_manager/production && '$(CURDIR)/.venv/bin/uv' pip compile --quiet --upgrade --universal \
		--python-version 3.11 --generate-hashes --no-annotate --custom-compile-command "make lock" \
		cfn-lint.in -o cfn-lint.lock
