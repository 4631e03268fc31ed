#!/usr/bin/env bash
# Generates the typed QMP API of the packages from the schema in eng/QapiGen/schema: the API into QemuTest/Qmp/Generated, the handlers
# of the fake monitor into QemuTest/QmpTesting/Generated. With a folder as argument it writes to FOLDER/Qmp and FOLDER/QmpTesting instead.
set -euo pipefail
cd "$(dirname "$0")/.."
if [ $# -gt 0 ]; then
  api=$1/Qmp handlers=$1/QmpTesting
else
  api=QemuTest/Qmp/Generated handlers=QemuTest/QmpTesting/Generated
fi
eng/qemu-test qapi --schema eng/QapiGen/schema/qmp.json \
  --output "$api" --namespace QemuTest.Qmp --handlers "$handlers" --handlers-namespace QemuTest.Qmp.Testing
