# What people and CI type. `make` alone lists it.

# What is measured is what is shipped: Swift's runtime linked in.
RELEASE_FLAGS := -c release --product livinglytics --static-swift-stdlib

.DEFAULT_GOAL := help
.PHONY: help run test tsan fuzz soak ci bench format lint dist

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## build, and run everything on this machine: PostgreSQL, PgBouncer, a demo, the server
	@scripts/install build stack
	@test -x .build/debug/livinglytics || echo "Building; the first time takes 4 to 6 minutes on two cores."
	@swift build --product livinglytics
	@exec .build/debug/livinglytics dev

test: ## build and run all tests against a stack of their own
	@scripts/install build stack python browser
	@scripts/python-tools
	@scripts/layering
	swift build --build-tests
	@rm -rf .build/suite-log
	swift test --skip-build
	@scripts/secrets-in-logs

tsan: ## the tests of the Postgres client under Thread Sanitizer
	@scripts/install build stack
	CLIENT_ONLY=1 swift build --build-tests --sanitize=thread --scratch-path .build-tsan
	TSAN_OPTIONS="suppressions=$(CURDIR)/scripts/tsan-suppressions halt_on_error=0 exitcode=66" \
	    CLIENT_ONLY=1 swift test --skip-build --sanitize=thread --scratch-path .build-tsan

fuzz: ## for ten minutes, or FUZZ_SECONDS: inputs made by libFuzzer for all that reads files, streams and maps; then 10,000 into a database
	@scripts/install build stack
	@scripts/fuzz $(or $(FUZZ_SECONDS),600)
	swift build --build-tests
	HOSTILE_IMPORTS=10000 swift test --skip-build --filter HostileImportTests

soak: ## for an hour: client and servers against faults, 100,000 questions against plain SQL, ten minutes of made-up requests
	@scripts/install build stack soak
	swift build $(RELEASE_FLAGS)
	swift build -c release --product soak
	@soak/run --long
	swift build --build-tests
	ORACLE_HISTORIES=500 swift test --skip-build --filter OracleTests
	SCHEMATHESIS_SECONDS=600 swift test --skip-build --filter theDescriptionHoldsForEveryCredential

ci: lint test tsan ## what must pass: lint, build with warnings as errors, all tests, a minute of fuzzing, a minute of soak
	@scripts/fuzz 60
	@scripts/install soak
	@soak/run --build .build/debug

bench: ## ours, the brief's service and pgbench side by side, as ratios
	@scripts/install build stack python bench
	swift build $(RELEASE_FLAGS)
	@bench/run

format: ## format the Swift sources
	@swift format --in-place --recursive Package.swift Sources Tests Plugins

lint: ## formatting, layering, SQL for a transaction pooler, shell scripts
	@scripts/install python
	@scripts/lint

dist: ## a tarball of the stripped release binary, Swift's runtime linked in
	@scripts/install build
	swift build $(RELEASE_FLAGS)
	@scripts/dist
