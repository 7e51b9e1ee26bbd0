PYTHON ?= python3
BIN := .venv/bin
API := strategy/api/v1

.DEFAULT_GOAL := help
.PHONY: help demo test check protos lock loadtest clean

help: ## this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

.venv/runtime: requirements.lock pyproject.toml
	@command -v cc >/dev/null || command -v gcc >/dev/null || { echo "a C compiler is needed to build durable-rules (Debian: apt install build-essential)"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; say which with: make PYTHON=python3.12 demo"; exit 1; }
	@$(PYTHON) -m venv .venv || { echo "the venv module is missing (Debian: apt install python3-venv)"; exit 1; }
	@echo "installing pinned dependencies (a minute or two, once)"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

.venv/dev: requirements-dev.lock .venv/runtime
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

demo: .venv/runtime ## plan tomorrow for a sample portfolio and play a dialer against the server
	@$(BIN)/strategy demo --out demo-out

test: check ## everything: format, lint, types, layers, rules, tests
	@$(BIN)/pytest

check: .venv/dev ## the quick half of it: format, lint, types, layers, rules
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/strategy rules check --strict rules/*/
	@$(BIN)/strategy rules test rules/cn
	@$(BIN)/strategy rules test rules/house --with rules/cn
	@$(BIN)/strategy rules test rules/carrier --with rules/cn

loadtest: .venv/dev ## a load test of a server of its own; SCENARIO=steady, ARGS for more
	@rm -rf build/loadtest
	@$(BIN)/python -m loadtest $(or $(SCENARIO),steady) --out build/loadtest $(ARGS)

protos: .venv/dev ## regenerate strategy/api from protos/
	@$(BIN)/python -m grpc_tools.protoc --plugin=protoc-gen-mypy=$(BIN)/protoc-gen-mypy \
	  --plugin=protoc-gen-mypy_grpc=$(BIN)/protoc-gen-mypy_grpc --mypy_grpc_out=quiet:. \
	  -Iprotos --python_out=. --grpc_python_out=. --mypy_out=quiet:. protos/$(API)/*.proto

lock: .venv/dev ## rewrite both lock files from pyproject.toml
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --no-emit-index-url --no-header --generate-hashes pyproject.toml -o requirements.lock
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --no-emit-index-url --no-header --generate-hashes --extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock

clean: ## remove the environment and everything made
	@rm -rf .venv demo-out build *.egg-info
