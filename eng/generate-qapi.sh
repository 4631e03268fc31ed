#!/usr/bin/env bash
# Writes QemuTest/Qmp/Generated anew from the schema in eng/QapiGen/schema. Another folder may be named, to compare.
set -euo pipefail
cd "$(dirname "$0")/.."
eng/qemu-test qapi \
  --schema eng/QapiGen/schema/qmp.json --output "${1:-QemuTest/Qmp/Generated}" --namespace QemuTest.Qmp
