#!/usr/bin/env bash
# Runs the catalog of VFIO migrations with a second QEMU: on the second alone, from this machine's QEMU to it, and back.
# Each run prints its failures and skips with their reasons, and at the end one line with the counts.
#   eng/cross-version.sh SUITE     the QEMU of another Debian suite, such as trixie-backports; it is unpacked first
#   eng/cross-version.sh BINARY    any other qemu-system-x86_64; a path that contains a slash
# This machine's QEMU is the one in PATH, or in QEMU_TEST_QEMU_BINARY. The logs of each run are below out/cross-version.
# Exits with 0 only if no test failed.
set -euo pipefail
cd "$(dirname "$0")/.."
. eng/lib/output.sh
. eng/lib/dotnet.sh

[ $# -eq 1 ] || die "usage: eng/cross-version.sh SUITE|BINARY" "for example: eng/cross-version.sh trixie-backports"
eng/setup.sh
here=$(cd "$OLDPWD" && command -v "${QEMU_TEST_QEMU_BINARY:-qemu-system-x86_64}") ||
  die "'${QEMU_TEST_QEMU_BINARY:-qemu-system-x86_64}' does not exist, or is not a program."
here=$(cd "$OLDPWD" && realpath -s -- "$here")
if [[ $1 == */* ]]; then
  other=$(cd "$OLDPWD" && realpath -s -- "$1")
else
  other=$(eng/unpack-qemu.sh "$1")
fi
version() { "$1" --version 2>/dev/null | sed -n '1s/^QEMU emulator version \([^ ]*\).*/\1/p'; }
for qemu in "$here" "$other"; do
  # Tests derive the target from the name of the binary.
  [ "${qemu##*/}" = qemu-system-x86_64 ] && [ -n "$(version "$qemu")" ] || die "'$qemu' is not a qemu-system-x86_64 that runs here."
done
build_all

status=0
#   catalog NAME SOURCE DESTINATION
catalog() {
  local into=out/cross-version/$1
  say "running the catalog from $2 ($(version "$2")) to $3 ($(version "$3"))"
  QEMU_TEST_QEMU_BINARY=$2 QEMU_TEST_QEMU_BINARY_DST=$3 test_into "$into" Area=Vfio || status=1
  eng/qemu-test results --trx "$into/results" |
    sed "\$s/^/$(version "$2") to $(version "$3"): /" || status=1
}
catalog other "$other" "$other"
catalog there "$here" "$other"
catalog back "$other" "$here"
[ "$status" -eq 0 ] || say "Logs of each run: out/cross-version."
exit "$status"
