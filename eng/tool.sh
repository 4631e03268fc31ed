#!/usr/bin/env bash
# usage: eng/tool.sh VERB [ARGUMENT...]    runs the qemu-test tool; it is built first if a source is newer than it.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
tool=$root/eng/QemuTestTool/bin/Release/net10.0/qemu-test.dll
newer=$([ -e "$tool" ] && find "$root"/{QemuTest,eng/QemuTestTool,assets-manifest} "$root"/Directory.*.props \
  \( -name bin -o -name obj \) -prune -o -type f -newer "$tool" -print -quit || echo none)
if [ -n "$newer" ]; then
  dotnet build "$root/eng/QemuTestTool" -c Release -v quiet --nologo -clp:ErrorsOnly >&2
  touch "$tool"
fi
exec dotnet "$tool" "$@"
