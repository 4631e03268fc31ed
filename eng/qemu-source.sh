#!/usr/bin/env bash
# Brings the parts of QEMU's source tree that this project compares itself with (QAPI's schemas, generator, conformance schemas and
# specification; the functional tests and the Python they use) into the user's cache, and prints where they are. Unpacked once; asked again, it answers without the network.
#   eng/qemu-source.sh RELEASE      a release such as 10.0, or 'newest' for the newest that the mirror has
# The source package comes from the mirror that the machine's own apt uses, through a package source of its own.
set -euo pipefail
cd "$(dirname "$0")/.."
. eng/lib/output.sh
. eng/lib/apt.sh

release=${1:?usage: eng/qemu-source.sh RELEASE|newest}
# Marks a tree that has all of the parts below; the number goes up with each part that is added.
parts=.parts-3
cache=${XDG_CACHE_HOME:-$HOME/.cache}/qemu-test/qemu-source
work=
trap '[ -z "$work" ] || rm -rf "$work"' EXIT
mkdir -p "$cache"

if [ -e "$cache/$release/$parts" ]; then
  realpath "$cache/$release"
  exit 0
fi

command -v apt-get >/dev/null || die "QEMU's source is brought through apt, which is not here." \
  "Unpack a QEMU source tree to $cache/$release."
work=$(mktemp -d "$cache/.work.XXXXXX")
mkdir -p "$work/sources" "$work/lists/partial" "$work/tree"
mirror=$(apt_debian_indexes "$work/lists" | awk -F'|' '$1 !~ /-security$/ { print $2; exit }')
[ -n "$mirror" ] || die "apt knows no Debian mirror to bring QEMU's source from." "Unpack a QEMU source tree to $cache/$release."
codename=$(. /etc/os-release && printf %s "$VERSION_CODENAME")
printf '%s\n' "$codename" "$codename-backports" trixie trixie-backports testing unstable | sort -u | while read -r suite; do
  printf 'deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s %s main\n' "$mirror" "$suite"
done >"$work/sources/qemu-source.list"
options=(
  -o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts="$work/sources" -o Dir::State::lists="$work/lists"
  -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= -o APT::Sandbox::User=
)
say "qemu-source: looking for QEMU $release"
apt-get "${options[@]}" update -qq 2>"$work/update.log" || say "qemu-source: some package lists could not be brought"
found=$(apt-cache "${options[@]}" showsrc qemu 2>/dev/null | sed -n 's/^Version: //p' | sort -Vru)
[ "$release" = newest ] || found=$(printf '%s\n' "$found" | sed -n "/^\([0-9]*:\)\?${release//./\\.}[.+-]/p")
[ -n "$found" ] || die "The mirror has no source package of QEMU $release." "$(tail -n 3 "$work/update.log")"

# A mirror may list what it does not hold; then the next newest will do.
for version in $found; do
  rm -f "$work"/*.tar.*
  if (cd "$work" && apt-get "${options[@]}" source -qq --download-only --tar-only "qemu=$version" >&2 2>"$work/source.log"); then
    archive=$(find "$work" -maxdepth 1 -name 'qemu_*.orig.tar.*' ! -name '*.asc' -print -quit)
    [ -n "$archive" ] && break
  fi
  say "qemu-source: $version is listed, but could not be brought"
  archive=
done
[ -n "$archive" ] || die "No source package of QEMU $release could be brought." "$(tail -n 3 "$work/source.log")"

tar -xf "$archive" -C "$work/tree" --strip-components=1 --no-same-owner --wildcards --no-wildcards-match-slash \
  '*/VERSION' '*/qapi' '*/qga' '*/storage-daemon' '*/scripts' '*/tests/qapi-schema' '*/docs/devel' '*/python' '*/tests/functional' \
  --wildcards-match-slash '*/tests/*vmstate-static-checker*'
touch "$work/tree/$parts"
name=$(cat "$work/tree/VERSION")
if [ ! -e "$cache/$name/$parts" ]; then
  rm -rf "${cache:?}/$name"
  mv "$work/tree" "$cache/$name"
fi
[ "$release" = "$name" ] || ln -sfn "$name" "$cache/$release"
realpath "$cache/$release"
