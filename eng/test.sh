#!/usr/bin/env bash
# Checks the prose, sets up the machine, builds, and runs every test. Prints failures and skips with their reasons; the last line has
# the counts. Exits with 0 only if nothing failed.
set -euo pipefail
cd "$(dirname "$0")/.."
. eng/lib/output.sh
[ $# -eq 0 ] || die "eng/test.sh takes no arguments; it was given: $*"
. eng/lib/dotnet.sh

eng/setup.sh
eng/check-prose.sh
build_all
say "running all tests"
run_tests ''
