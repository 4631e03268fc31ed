#!/usr/bin/env bash
# Writes QemuTest/PublicAPI.Unshipped.txt anew from what the analyzer finds public; the diff is then for review.
set -euo pipefail
cd "$(dirname "$0")/.."
list=QemuTest/PublicAPI.Unshipped.txt
echo '#nullable enable' >"$list"
found=$(dotnet build QemuTest/QemuTest.csproj --no-incremental -p:TreatWarningsAsErrors=false 2>&1 |
  sed -nE "s/.*RS0016: Symbol '(.*)' is not part of the declared public API.*/\1/p" | LC_ALL=C sort -u)
printf '%s\n' "$found" >>"$list"
wc -l "$list"
