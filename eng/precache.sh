#!/usr/bin/env bash
# usage: eng/precache.sh [--suite quick|thorough|nightly] [--target TARGET...] [--verify] [NAME...]
# Brings assets into the cache (QEMU_TEST_CACHE_DIR, default ~/.cache/qemu). Exit code 1 if a wanted one is missing then.
set -euo pipefail
exec "$(dirname "$0")/qemu-test" precache "$@"
