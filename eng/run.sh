#!/usr/bin/env bash
# The main job: sets the machine up, builds, runs the quick suite and the VFIO migration on this machine's QEMU (or on the
# one that QEMU_TEST_QEMU_BINARY names), and prints what happened in each scenario and where its logs are.
set -euo pipefail
cd "$(dirname "$0")/.."
. eng/lib/output.sh
[ $# -eq 0 ] || die "eng/run.sh takes no arguments; it was given: $*"
. eng/lib/dotnet.sh

eng/setup.sh
build_all
say "running the quick suite and the VFIO migration"
run_tests 'TestCategory=quick|FullyQualifiedName~VfioMultifdTests'
