# Sluice's entrances; each is a script that says what it does when asked with --help.
.PHONY: help run build test lint format bench sanitize fuzz docs clean

help: ## Shows this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

run: ## Builds Sluice and starts it with an embedded development cluster and a sample route
	@scripts/build
	@.build/release/sluice quickstart

build: ## Builds the release binary at .build/release/sluice
	@scripts/build

test: ## Installs what tests need and runs all of them
	@scripts/test

lint: ## Checks the format of the sources
	@scripts/lint

format: ## Formats the sources
	@swift format --in-place --recursive --parallel Package.swift Sources Tests

bench: ## Compares Sluice with nginx on this machine and prints one table
	@scripts/bench

sanitize: ## Runs the tests under the thread and the address sanitizer
	@scripts/sanitize

fuzz: ## Throws 1,000,000 inputs at each parser that faces the network
	@scripts/fuzz

docs: ## Writes the reference pages that are generated from the schemas
	@swift build --product sluice && .build/debug/sluice docs --output docs

clean: ## Removes what was built
	@rm -rf .build .build-*
