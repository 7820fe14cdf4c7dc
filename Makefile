# demo and check each make .venv when it is missing or older than the lock.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo check lint test crash fuzz bench bench-matching lock clean

.venv: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Indelible needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Install it, or name another: make PYTHON=python3.12") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv .venv || { echo "python3 cannot make a virtual environment: install its venv module (Debian: apt-get install python3-venv)"; exit 1; }
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --editable .
	touch .venv

demo: .venv
	$(BIN)/indelible demo

check: lint test

lint: .venv
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: .venv
	$(BIN)/pytest -n 2 --dist loadfile

# The long runs of what check does briefly.
crash: .venv
	$(BIN)/pytest tests/crash -m "long or not long" -n 2 --timeout 0

fuzz: .venv
	$(BIN)/pytest tests -m long -n 2 --ignore tests/crash --timeout 0

bench: .venv
	for each in bench/*.py; do echo "== $$each"; $(BIN)/python $$each || exit 1; done

# What is found of edited copies; takes an hour or two and Debian's packages (bench/matching/sources.tsv).
bench-matching: .venv
	$(BIN)/python -m bench.matching.given
	$(BIN)/python -m bench.matching --per 11 --keep
	$(BIN)/python -m bench.matching --per 11 --quick --keep
	$(BIN)/python -m bench.matching --per 8 --set held-out --keep
	$(BIN)/python -m bench.matching --per 8 --set stills --keep
	$(BIN)/python -m bench.matching.marks 20 20
	$(BIN)/python -m bench.matching.pages
	$(BIN)/python -m bench.matching.shots --keep
	$(BIN)/python -m bench.matching.hour
	$(BIN)/python -m bench.matching.sound --keep
	$(BIN)/python -m bench.matching.sound --held-out --keep

lock:
	$(PYTHON) -m venv .venv-lock
	.venv-lock/bin/pip install --quiet pip-tools
	.venv-lock/bin/pip-compile --quiet --extra dev --generate-hashes --strip-extras --no-header --no-emit-index-url \
		--no-emit-find-links --no-emit-trusted-host --no-emit-options --output-file requirements.lock pyproject.toml
	rm -rf .venv-lock

clean:
	rm -rf .venv .venv-lock .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
