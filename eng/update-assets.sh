#!/usr/bin/env bash
# usage: eng/update-assets.sh [--dry-run]
# Moves the pins of distribution packages in assets-manifest/ to what the archives have now, and shows what changed.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
exec "$root/eng/qemu-test" update-assets "$root/assets-manifest" "$@"
