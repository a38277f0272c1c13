# Two commands do everything: `make run` and `make test`. What they need, build/install.sh brings.
.PHONY: run test soak check bench format lock clean

run:
	@build/install.sh run
	@build/run.sh

test:
	@build/install.sh dev
	@build/test.sh

soak:
	@build/install.sh dev
	@build/test.sh --soak

check:
	@build/install.sh dev
	@build/check.sh

bench:
	@build/install.sh dev
	@QT_QPA_PLATFORM=offscreen build/with-session.sh .venv/bin/python -m tests.benchmarks

format:
	@build/install.sh dev
	@.venv/bin/ruff format .
	@.venv/bin/ruff check --fix --quiet .

lock:
	@build/install.sh dev
	@build/lock.sh

clean:
	rm -rf .venv .uv .node build/node/node_modules build/out .pytest_cache .ruff_cache .hypothesis
