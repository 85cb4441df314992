# Everything a user or a contributor does with this repository; `make` alone lists it.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c

# One set of flags for programs and tests, so that nothing is compiled twice.
FLAGS := -c release
PYTHON ?= python3
# Tests that run at once, for Swift Testing of 6.3 on (older ones start all): each waits for its turn behind the others
# on as many threads as there are cores, and what talks to a process must answer it in time.
export SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH ?= 6
FORMATTED := Package.swift Sources Tests Benchmarks Fuzzing
DEMO := studies/mnist-demo

.PHONY: help bootstrap build build-tests test test-onednn3 test-deploy deb soak fuzz sanitize demo results bench bench-store bench-search docs format lint clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

bootstrap: ## install the missing C libraries; check the Swift version
	@scripts/bootstrap

build: bootstrap ## build .build/release/winnow
	swift build $(FLAGS)

build-tests: bootstrap ## build everything, and the tests
	swift build $(FLAGS) --build-tests

# The lines that announce each case of a parametrised test are left out; those that fail are named with their arguments.
# Tests that are skipped for want of data are counted.
test: build-tests ## build and run all tests
	@scripts/readers
	swift test $(FLAGS) --skip-build --disable-xctest 2>&1 | awk '/^◇ Test case / { next } \
		/^➜ Test .* skipped/ { skipped++ } { print; fflush() } END { if (skipped) \
		print skipped " tests were skipped: they need real data sets in the folder WINNOW_TEST_DATA, or root" }'

test-onednn3: bootstrap ## build against oneDNN 3 in a folder of its own, and run ComputeTests
	@scripts/test-onednn3

# Each script prints what it checked, and SKIPPED: NAME: REASON where it cannot run; the last line counts.
test-deploy: build deb ## Slurm, network namespaces, Kubernetes, systemd and the .deb, for real as far as this machine can
	@deploy/test

# In a folder of its own: what is linked with Swift's runtime inside is compiled with other flags.
deb: bootstrap ## a .deb and a .tar.gz in .build/packages, which need no Swift where they are installed
	swift build $(FLAGS) --product winnow --static-swift-stdlib --scratch-path .build/static
	@deploy/debian/build .build/static/release/winnow .build/packages

soak: bootstrap ## break it for an hour and a half; a part alone: make soak PARTS="faults seeds fuzzers sanitizers"
	@scripts/soak $(PARTS)

fuzz: bootstrap ## fuzz each reader of foreign bytes for a minute
	@scripts/fuzz 60

sanitize: bootstrap ## run tests under the thread and the address sanitizer
	@scripts/sanitize

demo: build ## train a small sweep over handwritten digits, from an empty study folder
	rm -rf $(DEMO)
	.build/release/winnow run Examples/mnist.yaml --workers 2 --study $(DEMO)

# The numbers of Docs/results.md are of studies of the committed files; a study that is there goes on, or is taken as it is.
results: build ## train every example of Examples/techniques, and write Docs/results.md from them
	for file in Examples/techniques/*.yaml; do \
		.build/release/winnow run "$$file" --workers 2 --study "studies/techniques/$$(basename "$$file" .yaml)"; done
	@scripts/write-results

bench-store: build ## measure the codec, the journal and the opening of long studies
	.build/release/winnow-store-bench codec
	.build/release/winnow-store-bench journal --results 100000
	.build/release/winnow-store-bench journal --results 1000000

bench-search: build ## simulate studies that get seeds until there are answers, and time decisions of searches
	.build/release/winnow-search-bench answers
	.build/release/winnow-search-bench decisions

bench: build ## measure side by side with PyTorch, which it needs
	for script in Benchmarks/compare_*.py; do $(PYTHON) "$$script"; done

docs: bootstrap ## write Compute's documentation to .build/docs, to be served by any web server
	swift build $(FLAGS) --target Compute -Xswiftc -emit-symbol-graph -Xswiftc -emit-symbol-graph-dir \
		-Xswiftc "$(CURDIR)/.build/symbols" --scratch-path .build/docs-objects
	docc convert Sources/Compute/Compute.docc --additional-symbol-graph-dir .build/symbols --output-path .build/docs \
		--fallback-display-name Compute --fallback-bundle-identifier winnow.Compute

format: ## lay the Swift code out
	swift format --in-place --parallel --recursive $(FORMATTED)

lint: bootstrap ## check the layout of the Swift code, and the C code for warnings
	swift format lint --strict --parallel --recursive $(FORMATTED)
	@scripts/lint-c

clean: ## remove what was built
	rm -rf .build .build-onednn3 Benchmarks/.build
