# Two commands: `make run` builds the program and rules on the scenarios; `make test` passes every test.
# Both set up what they need first and say what they do (engine/setup).

CARGO ?= cargo
OUT ?= results
CELL ?= 500m

.PHONY: run test lint build setup browser clean

run: build
	target/release/quanyu run scenarios --out $(OUT) --cell $(CELL)

build: setup
	. .tools/environment && $(CARGO) build --release --package quanyu $$HDF5_FEATURES

test: setup browser
	. .tools/environment && $(CARGO) test --release --workspace $$HDF5_FEATURES

lint: setup
	$(CARGO) fmt --all --check
	. .tools/environment && $(CARGO) clippy --release --workspace --all-targets $$HDF5_FEATURES -- -D warnings

setup: .tools/environment

browser:
	@sh engine/setup-browser

.tools/environment: engine/setup
	@sh engine/setup

clean:
	rm -rf target .tools
