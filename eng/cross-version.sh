#!/usr/bin/env bash
# Runs the catalogue of VFIO migrations on another QEMU beside this machine's: on the other alone, from this machine's to it, and
# back. A run ends with one line on standard output that counts it; above it stands what failed and what was skipped, and why.
#   eng/cross-version.sh SUITE     the QEMU of another Debian suite, such as trixie-backports, which is unpacked first
#   eng/cross-version.sh BINARY    any other qemu-system-x86_64; a path, with a slash in it
# This machine's QEMU is the one in PATH, or that in QEMU_TEST_QEMU_BINARY. What each run left is below out/cross-version.
# Exits with 0 only if nothing failed.
set -euo pipefail
cd "$(dirname "$0")/.."
. eng/lib/output.sh
. eng/lib/dotnet.sh

[ $# -eq 1 ] || die "usage: eng/cross-version.sh SUITE|BINARY" "for example: eng/cross-version.sh trixie-backports"
eng/setup.sh
here=$(cd "$OLDPWD" && command -v "${QEMU_TEST_QEMU_BINARY:-qemu-system-x86_64}") ||
  die "'${QEMU_TEST_QEMU_BINARY:-qemu-system-x86_64}' is not there, or is no program."
here=$(cd "$OLDPWD" && realpath -s -- "$here")
if [[ $1 == */* ]]; then
  other=$(cd "$OLDPWD" && realpath -s -- "$1")
else
  other=$(eng/unpack-qemu.sh "$1")
fi
version() { "$1" --version 2>/dev/null | sed -n '1s/^QEMU emulator version \([^ ]*\).*/\1/p'; }
for qemu in "$here" "$other"; do
  # A test knows a binary's target by its name.
  [ "${qemu##*/}" = qemu-system-x86_64 ] && [ -n "$(version "$qemu")" ] || die "'$qemu' is no qemu-system-x86_64 that runs here."
done
build_all

status=0
#   catalogue NAME SOURCE DESTINATION
catalogue() {
  local into=out/cross-version/$1
  say "running the catalogue from $2 ($(version "$2")) to $3 ($(version "$3"))"
  QEMU_TEST_QEMU_BINARY=$2 QEMU_TEST_QEMU_BINARY_DST=$3 test_into "$into" Area=Vfio || status=1
  eng/qemu-test results --trx "$into/results" --junit "$into/results/junit.xml" |
    sed "\$s/^/$(version "$2") to $(version "$3"): /" || status=1
}
catalogue other "$other" "$other"
catalogue there "$here" "$other"
catalogue back "$other" "$here"
[ "$status" -eq 0 ] || say "What each run left: out/cross-version."
exit "$status"
