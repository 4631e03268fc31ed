#!/usr/bin/env bash
# usage: eng/pack.sh [VERSION]
# Packs every package into out/packages and prints a table of them. That folder is a NuGet feed: dotnet add package … --source
# out/packages. Without VERSION, the version in Directory.Build.props.
# QEMU_TEST_REPOSITORY_URL is the address of the repository in the packages; unset: the origin remote, if that is an https address.
# Without an address the packages name none. SourceLink always uses the origin remote.
set -euo pipefail
cd "$(dirname "$0")/.."
. eng/lib/output.sh
. eng/lib/dotnet.sh

[ $# -le 1 ] || die "usage: eng/pack.sh [VERSION]"
command -v unzip >/dev/null || die "'unzip' is missing." "Install it: apt-get install unzip"
url=${QEMU_TEST_REPOSITORY_URL-$(git remote get-url origin 2>/dev/null | grep '^https://' | sed -E 's#//[^/@]*@#//#' || true)}
out=$PWD/out/packages
rm -rf "$out"
say "packing into out/packages"
log=$(dotnet pack QemuTest.sln --nologo -v quiet -c Release -o "$out" --artifacts-path "$PWD/out/pack" \
  -p:ContinuousIntegrationBuild=true ${url:+-p:RepositoryUrl="$url"} ${1:+-p:Version="$1"} 2>&1) || {
  sed 's/ \[.*//' <<<"$log" | sort -u | tail -n 20 >&2
  die "The packages could not be made (errors above)."
}
warnings=$(grep -E 'warning' <<<"$log" | sed 's/ \[.*//' | sort -u || true)
[ -z "$warnings" ] || die "Packing gave warnings:" "$warnings"

echo '| package | depends on | size |'
echo '|---|---|---:|'
for package in "$out"/*.nupkg; do
  nuspec=$(unzip -p "$package" '*.nuspec')
  id=$(sed -nE 's#.*<id>(.*)</id>.*#\1#p' <<<"$nuspec")
  version=$(sed -nE 's#.*<version>(.*)</version>.*#\1#p' <<<"$nuspec")
  dependencies=$(sed -nE 's#.*<dependency id="([^"]*)" version="([^"]*)".*#\1 \2#p' <<<"$nuspec" | paste -sd, | sed 's/,/, /g')
  echo "| $id $version | ${dependencies:-.NET only} | $(($(stat -c %s "$package") / 1024)) KiB |"
done
