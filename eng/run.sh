#!/usr/bin/env bash
# The main job: sets up the machine, builds, and runs the quick suite and the VFIO migration with this machine's QEMU, or the one in
# QEMU_TEST_QEMU_BINARY. Prints the facts of each scenario and where its logs are.
set -euo pipefail
cd "$(dirname "$0")/.."
. eng/lib/output.sh
[ $# -eq 0 ] || die "eng/run.sh takes no arguments; it was given: $*"
. eng/lib/dotnet.sh

eng/setup.sh
build_all
say "running the quick suite and the VFIO migration"
run_tests 'TestCategory=quick|FullyQualifiedName~VfioMultifdTests'
