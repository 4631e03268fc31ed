#!/usr/bin/env bash
# Measures the downtime of live migration with VFIO devices; see docs/vfio-study.md. Options: eng/vfio-study.sh --help.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
. "$root/eng/lib/dotnet.sh"
exec dotnet run --project "$root/eng/VfioStudy" -- "$@"
