#!/usr/bin/env bash
# usage: eng/update-public-api.sh [--ship]
# Writes the public surface of each package to PublicAPI.Unshipped.txt beside its project: what is new since PublicAPI.Shipped.txt, and
# with *REMOVED* what is gone. Review the difference. A second run changes nothing. Code in folders named Generated is left out.
#   --ship   the surface becomes PublicAPI.Shipped.txt, and nothing is unshipped; for a release
# Once the lists exist, a build fails where the surface and its list differ.
set -euo pipefail
cd "$(dirname "$0")/.."
. eng/lib/output.sh
. eng/lib/dotnet.sh
ship=
case "$*" in
  '') ;;
  --ship) ship=yes ;;
  *) die "usage: eng/update-public-api.sh [--ship]" ;;
esac

work=$(mktemp -d)
trap 'rm -rf "$work" out/public-api' EXIT
rm -rf out/public-api
# With empty lists the analyzer reports every public symbol as missing.
for list in Shipped Unshipped; do echo '#nullable enable' >"$work/PublicAPI.$list.txt"; done

# Lowest first: a project is compiled once, when it is its turn, and its warnings appear only then.
for project in QemuTest/Qmp QemuTest/QmpTesting QemuTest/Core QemuTest/NUnit QemuTest/Vfio; do
  compgen -G "$project/*.csproj" >/dev/null || continue
  say "$project"
  dotnet build "$project" --nologo --artifacts-path "$PWD/out/public-api" \
    -p:PublicApiFolder="$work" -p:TreatWarningsAsErrors=false >"$work/log" 2>&1 || die "$project does not build:" "$(grep error "$work/log" | head -n 10)"
  sed -nE "s/.*RS0016: Symbol '(.*)' is not part of the declared public API.*/\1/p" "$work/log" | LC_ALL=C sort -u >"$work/now"
  shipped=$project/PublicAPI.Shipped.txt unshipped=$project/PublicAPI.Unshipped.txt
  if [ -n "$ship" ] || [ ! -e "$shipped" ]; then
    { echo '#nullable enable'; [ -z "$ship" ] || cat "$work/now"; } >"$shipped"
  fi
  grep -v '^#' "$shipped" | LC_ALL=C sort -u >"$work/before" || true
  {
    echo '#nullable enable'
    LC_ALL=C comm -13 "$work/before" "$work/now"
    LC_ALL=C comm -23 "$work/before" "$work/now" | sed 's/^/*REMOVED*/'
  } >"$unshipped"
  echo "$project: $(wc -l <"$work/now") public symbols, $(grep -vc -e '^#' -e '^\*' "$unshipped" || true) new, $(grep -c '^\*' "$unshipped" || true) removed"
done
