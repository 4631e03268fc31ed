#!/usr/bin/env bash
# Brings the qemu-system-x86 of another Debian suite beside the machine's own, installs nothing, and prints the path of a
# qemu-system-x86_64 that runs like any other program: QEMU_TEST_QEMU_BINARY and QEMU_TEST_QEMU_BINARY_DST take it.
#   eng/unpack-qemu.sh SUITE [FOLDER]    a suite such as trixie-backports; without FOLDER, one in the user's cache
# Says nothing if it is there already; to have a newer package, remove the folder first. No root is needed.
#
# The package comes with everything that it depends on, libc included, so the machine's own libraries need not be as new. Loader
# and libraries are named in the binary itself, and not by a wrapper, because a test starts it like any other binary and the
# VFIO lab asks its loader what to copy.
set -euo pipefail
cd "$(dirname "$0")/.."
. eng/lib/output.sh
. eng/lib/apt.sh

usage='usage: eng/unpack-qemu.sh SUITE [FOLDER]'
[ $# -ge 1 ] && [ $# -le 2 ] || die "$usage" "for example: eng/unpack-qemu.sh trixie-backports"
suite=$1
[[ $suite =~ ^[a-z0-9][a-z0-9.-]*$ ]] || die "'$suite' is no name of a Debian suite." "$usage"
for tool in apt-get dpkg-deb; do
  command -v "$tool" >/dev/null || die "'$tool' is missing: the package is brought and unpacked with Debian's tools."
done
if [ $# -eq 2 ]; then
  folder=$(cd "$OLDPWD" && realpath -m -- "$2")
else
  folder=${XDG_CACHE_HOME:-$HOME/.cache}/qemu-test/qemu/$suite
fi
# A colon divides an RPATH, a dollar sign is a variable in it, and a space ends a path where a loader lists libraries.
[[ $folder =~ ^[A-Za-z0-9/._+@,=~-]+$ ]] || die "'$folder' has characters that a loader's search path cannot hold." "Name a folder without them."
[ ! -e "$folder" ] || [ -d "$folder" ] || die "'$folder' is there and is no folder."
# The lock marks a folder as ours, the note one that is complete.
lock=$folder/.lock note=$folder/.unpacked
[ -e "$lock" ] || [ -z "$(ls -A "$folder" 2>/dev/null)" ] || die "'$folder' has something else in it." "Name a folder that is empty or not there."
qemu=$folder/usr/bin/qemu-system-x86_64

# A folder that was moved is not ready: paths in it are absolute.
ready() { [ "$(cat "$note" 2>/dev/null)" = "$suite $folder" ] && [ -x "$qemu" ]; }
if ready; then
  echo "$qemu"
  exit 0
fi

[ ! -e "$note" ] || [[ "$(cat "$note")" == "$suite "* ]] || die "'$folder' has the QEMU of suite $(cut -d' ' -f1 "$note")." "Remove it, or name another folder."

work=$(mktemp -d)
trap 'apt_end; rm -rf "$work"' EXIT
say "unpack-qemu: fetching qemu-system-x86 of $suite and what it depends on"
base=$(sed -E 's/-(backports(-sloppy)?|updates|proposed-updates)$//' <<<"$suite")
suites=("$suite")
[ "$base" = "$suite" ] || suites+=("$base")
apt_apart "$work" "${suites[@]}"
# patchelf too is the suite's, and runs on the suite's libraries.
apt_apart_run install -qq -y --no-install-recommends --download-only -t "$suite" qemu-system-x86 patchelf >"$work/install.log" 2>&1 ||
  die "qemu-system-x86 of $suite could not be fetched:" "$(tail -n 15 "$work/install.log")"

mkdir -p "$folder"
exec 9>"$lock"
flock -w 900 9 || die "Another eng/unpack-qemu.sh has held $lock for 15 minutes."
if ready; then # another process unpacked it meanwhile
  echo "$qemu"
  exit 0
fi
say "unpack-qemu: unpacking to $folder"
find "$folder" -mindepth 1 -maxdepth 1 ! -name .lock -exec rm -rf {} + # what was left halfway, or is no longer wanted
# Older packages have what belongs into usr at the top; the links keep it together.
mkdir -p "$folder"/usr/{bin,sbin,lib,lib64} "$work/patchelf"
for link in bin sbin lib lib64; do ln -s "usr/$link" "$folder/$link"; done
for package in "$work"/archives/*.deb; do
  to=$folder
  case $package in */patchelf_*) to=$work/patchelf ;; esac
  dpkg-deb --fsys-tarfile "$package" | tar -xf - -C "$to" --no-same-owner --keep-directory-symlink
done
find "$folder" -type f -perm /6000 -exec chmod ug-s {} + # passwd and its like come along, and are to run as nobody else
[ -x "$qemu" ] || die "qemu-system-x86 of $suite has no $qemu."

libraries=$folder/usr/lib/$(dpkg --print-architecture | sed 's/^amd64$/x86_64/; s/^arm64$/aarch64/')-linux-gnu
loader=$(find "$libraries" -maxdepth 1 -name 'ld-linux*.so.*' -print -quit)
[ -n "$loader" ] || die "The packages of $suite have no loader in $libraries."
patchelf() { "$loader" --library-path "$libraries" "$work/patchelf/usr/bin/patchelf" "$@"; }

# An RPATH serves the libraries' own libraries too, but not those of one that names a folder itself: there, folders of the
# machine's. Such folders come into the one RPATH, as they are here.
path=$libraries
while read -r library; do
  own=$(patchelf --print-rpath "$library" 2>/dev/null) || continue # not everything so called is a library
  [ -n "$own" ] || continue
  patchelf --remove-rpath "$library"
  for part in ${own//:/ }; do
    case $part in
      '$ORIGIN'*) part=$(dirname "$library")${part#\$ORIGIN} ;;
      *) part=$folder$part ;;
    esac
    [[ ":$path:" == *":$part:"* ]] || path=$path:$part
  done
done < <(find "$folder/usr/lib" -name '*.so*' -type f)
patchelf --set-interpreter "$folder$(patchelf --print-interpreter "$qemu")" --force-rpath --set-rpath "$path" "$qemu"

# Debian's QEMU looks for firmware and modules at fixed places, unless there is a folder of this name beside it, as in a build
# tree: then below that.
mkdir "${qemu%/*}/qemu-bundle"
ln -s ../.. "${qemu%/*}/qemu-bundle/usr"

# What it is for: it runs, with nothing of the machine's around it.
version=$("$qemu" --version 2>"$work/run.log" | head -n 1) || die "The unpacked QEMU does not run:" "$(cat "$work/run.log")"
for found in \
  "$(LD_TRACE_LOADED_OBJECTS=1 "$qemu" | grep -v -e linux-vdso -e "[[:space:]]$folder/" || true)" \
  "$("$qemu" -L help | grep -v "^$folder/" || true)"; do
  [ -z "$found" ] || die "The unpacked QEMU would take these from outside of $folder:" "$found"
done
say "unpack-qemu: $version"
echo "$suite $folder" >"$note"
echo "$qemu"
