#!/usr/bin/env bash
# Makes .venv/bench from bench.lock: what `make bench-speech` compares with. It lies over .venv, whose packages it sees,
# so that everything compared runs on the same torch and Whisper engine; .venv sees none of it. meeteval is compiled.
set -euo pipefail
cd "$(dirname "$0")/.."
bench=.venv/bench

fail() { printf 'error: %s\nfix: %s\n' "$1" "$2" >&2; exit 1; }

command -v c++ >/dev/null || fail "no C++ compiler is installed; meeteval is compiled" "sudo apt-get install -y g++ python3-dev"
if ! ldconfig -p | grep -q libflite.so.1; then
  fail "flite is not installed; the benchmark's conversations are spoken with it" "sudo apt-get install -y flite"
fi
[ -x "$bench/bin/python" ] || .venv/bin/python -m venv "$bench"
site=$("$bench/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))' >"$site/product.pth"
echo "setup: $(grep -c '==' requirements/bench.lock) packages to compare with"
"$bench/bin/python" -m pip install -qq --disable-pip-version-check --no-compile --no-deps --require-hashes -r requirements/bench.lock
touch "$bench/.ready"
