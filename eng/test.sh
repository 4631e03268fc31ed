#!/usr/bin/env bash
# Sets the machine up, builds, and runs every test. The last line counts the results; above it stands why tests were skipped.
set -euo pipefail
cd "$(dirname "$0")/.."
. eng/lib/output.sh
[ $# -eq 0 ] || die "eng/test.sh takes no arguments; it was given: $*"
. eng/lib/dotnet.sh

eng/setup.sh
build_all
say "running all tests"
run_tests ''
