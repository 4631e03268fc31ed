#!/usr/bin/env bash
# Fetches the parts of QEMU's source tree that this project compares itself with (QAPI's schemas, generator, conformance schemas and
# specification; the functional tests and their Python modules) into the user's cache, and prints their folder. A second call needs no network.
#   eng/qemu-source.sh RELEASE      a release such as 10.0, or 'newest' for the newest one of the mirror
# The source package comes from the mirror of the machine's own apt, through a private package source.
set -euo pipefail
cd "$(dirname "$0")/.."
. eng/lib/output.sh
. eng/lib/apt.sh

release=${1:?usage: eng/qemu-source.sh RELEASE|newest}
# Marks a tree with all of the parts below. The number grows with each new part.
parts=.parts-3
cache=${XDG_CACHE_HOME:-$HOME/.cache}/qemu-test/qemu-source
work=
trap '[ -z "$work" ] || rm -rf "$work"' EXIT
mkdir -p "$cache"

# What 'newest' became, and what the mirror refused.
about=$cache/$release.about
if [ -e "$cache/$release/$parts" ]; then
  [ ! -e "$about" ] || say "$(cat "$about")"
  realpath "$cache/$release"
  exit 0
fi

work=$(mktemp -d "$cache/.work.XXXXXX")
mkdir "$work/tree"
suites=()
for suite in own own-backports trixie trixie-backports testing unstable; do suites+=(--suite "$suite"); done
"$apt_source" "$work" --source "${suites[@]}" || die "Without a package source, unpack a QEMU source tree to $cache/$release."
say "qemu-source: looking for QEMU $release"
apt-get -c "$work/apt.conf" update -qq 2>"$work/update.log" || say "qemu-source: some package lists could not be fetched"
found=$(apt-cache -c "$work/apt.conf" showsrc qemu 2>/dev/null | sed -n 's/^Version: //p' | sort -Vru)
[ "$release" = newest ] || found=$(printf '%s\n' "$found" | sed -n "/^\([0-9]*:\)\?${release//./\\.}[.+-]/p")
[ -n "$found" ] || die "The mirror has no source package of QEMU $release." "$(tail -n 3 "$work/update.log")"

# A mirror may list a version that it does not have; then the next newest one is taken.
refused=
for version in $found; do
  rm -f "$work"/*.tar.*
  if (cd "$work" && apt-get -c "$work/apt.conf" source -qq --download-only --tar-only "qemu=$version" >&2 2>"$work/source.log"); then
    archive=$(find "$work" -maxdepth 1 -name 'qemu_*.orig.tar.*' ! -name '*.asc' -print -quit)
    [ -n "$archive" ] && break
  fi
  say "qemu-source: $version is listed, but could not be fetched"
  refused+="${refused:+, }$version"
  archive=
done
[ -n "$archive" ] || die "No source package of QEMU $release could be fetched." "$(tail -n 3 "$work/source.log")"

tar -xf "$archive" -C "$work/tree" --strip-components=1 --no-same-owner --wildcards --no-wildcards-match-slash \
  '*/VERSION' '*/qapi' '*/qga' '*/storage-daemon' '*/scripts' '*/tests/qapi-schema' '*/docs/devel' '*/python' '*/tests/functional' \
  --wildcards-match-slash '*/tests/*vmstate-static-checker*'
touch "$work/tree/$parts"
name=$(cat "$work/tree/VERSION")
if [ ! -e "$cache/$name/$parts" ]; then
  rm -rf "${cache:?}/$name"
  mv "$work/tree" "$cache/$name"
fi
if [ "$release" != "$name" ]; then
  ln -sfn "$name" "$cache/$release"
  echo "qemu-source: '$release' is QEMU $name${refused:+; the mirror lists $refused too, but does not have it}" >"$about"
  say "$(cat "$about")"
fi
realpath "$cache/$release"
