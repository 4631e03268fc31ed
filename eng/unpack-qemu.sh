#!/usr/bin/env bash
# Unpacks the QEMU of another Debian suite, and prints the path of its qemu-system-x86_64. The script of 'qemu-test matrix' describes it.
#   eng/unpack-qemu.sh SUITE [FOLDER]
exec "$(dirname "$0")/../QemuTest/Tool/Matrix/unpack-qemu.sh" "$@"
