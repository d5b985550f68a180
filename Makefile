# `make` prints what there is to do. The work is in scripts/, which installs what is missing on its own.

PORT ?= 8080

.PHONY: help serve build test check coverage bench

help: ## Print this
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

serve: ## Set up, build the page and serve it at http://127.0.0.1:8080/ (another port: PORT=8081)
	@scripts/serve $(PORT)

build: ## Set up and build the page into dist/, for any static host
	@scripts/setup page
	@scripts/with-tools trunk build --release

test: ## Set up and run all tests, those in a browser too; leaves the built page in dist/
	@scripts/test

check: ## Format, clippy and the native tests: the quick loop, no browser
	@scripts/test quick

coverage: ## Count the lines of the Sentinel and the server that native tests run
	@scripts/coverage

bench: ## Run the benchmarks: the simulation natively and in a browser, the page in a browser
	@scripts/setup tests
	@scripts/with-tools cargo bench --bench stepping
	@scripts/bench-web
	@scripts/with-tools trunk build --release
	@scripts/bench-page
