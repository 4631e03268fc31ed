#!/usr/bin/env bash
# Unpacks the system emulators of a Debian suite, all targets, installs nothing, and prints the path of its qemu-system-x86_64.
# They run like any other program, for QEMU_TEST_QEMU_BINARY and QEMU_TEST_QEMU_BINARY_DST; the folder of the path suits QEMU_BUILD_ROOT.
#   unpack-qemu.sh SUITE [FOLDER]    a suite such as trixie-backports; without FOLDER, one in the user's cache
# Does nothing if it is there already; for a newer package, delete the folder first. Needs no root.
# Users run it as 'qemu-test matrix'. It needs only apt-source.sh, in the same folder or in a checkout.
#
# The package comes with all its dependencies, libc included, so the machine's own libraries may be older. Loader and libraries are named
# in the binary itself, not by a wrapper, because a test starts it like any other binary and the VFIO lab asks its loader for the files to copy.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
apt_source=$here/apt-source.sh
[ -e "$apt_source" ] || apt_source=$here/../../Core/Assets/Sources/Apt/apt-source.sh

say() { printf '%s\n' "$*" >&2; }
die() {
  printf 'error: %s\n' "$1" >&2
  shift
  [ $# -eq 0 ] || printf '       %s\n' "$@" >&2
  exit 1
}

usage='usage: unpack-qemu.sh SUITE [FOLDER]'
[ $# -ge 1 ] && [ $# -le 2 ] || die "$usage" "for example: unpack-qemu.sh trixie-backports"
suite=$1
[[ $suite =~ ^[a-z0-9][a-z0-9.-]*$ ]] || die "'$suite' is not a name of a Debian suite." "$usage"
for tool in apt-get dpkg-deb; do
  command -v "$tool" >/dev/null || die "'$tool' is missing: Debian's tools fetch and unpack the package."
done
if [ $# -eq 2 ]; then
  folder=$(realpath -m -- "$2")
else
  folder=${XDG_CACHE_HOME:-$HOME/.cache}/qemu-test/qemu/$suite
fi
# A colon separates the parts of an RPATH, a dollar sign starts a variable in it, and a space ends a path in a loader's list of libraries.
[[ $folder =~ ^[A-Za-z0-9/._+@,=~-]+$ ]] || die "'$folder' has characters that are impossible in a loader's search path." "Name a folder without them."
[ ! -e "$folder" ] || [ -d "$folder" ] || die "'$folder' exists and is not a folder."
# The lock marks a folder as ours, the note marks it as complete.
lock=$folder/.lock note=$folder/.unpacked-all
[ -e "$lock" ] || [ -z "$(ls -A "$folder" 2>/dev/null)" ] || die "'$folder' has other files in it." "Name a folder that is empty or does not exist."
qemu=$folder/usr/bin/qemu-system-x86_64

# A moved folder is not ready, because the paths in it are absolute.
ready() { [ "$(cat "$note" 2>/dev/null)" = "$suite $folder" ] && [ -x "$qemu" ]; }
if ready; then
  echo "$qemu"
  exit 0
fi

[ ! -e "$note" ] || [[ "$(cat "$note")" == "$suite "* ]] || die "'$folder' has the QEMU of suite $(cut -d' ' -f1 "$note")." "Delete it, or name another folder."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
say "unpack-qemu: fetching the system emulators of $suite and their dependencies"
base=$(sed -E 's/-(backports(-sloppy)?|updates|proposed-updates)$//' <<<"$suite")
suites=(--suite "$suite")
[ "$base" = "$suite" ] || suites+=(--suite "$base")
# A package does not keep the mode of a file, so the shell is named here.
bash "$apt_source" "$work" --update "${suites[@]}"
# patchelf comes from the suite too, and runs on the suite's libraries.
DEBIAN_FRONTEND=noninteractive apt-get -c "$work/apt.conf" install -qq -y --no-install-recommends --download-only -t "$suite" qemu-system patchelf >"$work/install.log" 2>&1 ||
  die "qemu-system of $suite could not be fetched:" "$(tail -n 15 "$work/install.log")"

mkdir -p "$folder"
exec 9>"$lock"
flock -w 900 9 || die "Another unpack-qemu.sh holds $lock for 15 minutes already."
if ready; then # another process unpacked it meanwhile
  echo "$qemu"
  exit 0
fi
say "unpack-qemu: unpacking to $folder"
find "$folder" -mindepth 1 -maxdepth 1 ! -name .lock -exec rm -rf {} + # an incomplete or unwanted earlier one
# Older packages have files of /usr at the top; the links put them into usr.
mkdir -p "$folder"/usr/{bin,sbin,lib,lib64} "$work/patchelf"
for link in bin sbin lib lib64; do ln -s "usr/$link" "$folder/$link"; done
for package in "$work"/cache/archives/*.deb; do
  to=$folder
  case $package in */patchelf_*) to=$work/patchelf ;; esac
  dpkg-deb --fsys-tarfile "$package" | tar -xf - -C "$to" --no-same-owner --keep-directory-symlink
done
find "$folder" -type f -perm /6000 -exec chmod ug-s {} + # passwd and similar programs are among the dependencies
[ -x "$qemu" ] || die "qemu-system of $suite does not contain $qemu."

libraries=$folder/usr/lib/$(dpkg --print-architecture | sed 's/^amd64$/x86_64/; s/^arm64$/aarch64/')-linux-gnu
loader=$(find "$libraries" -maxdepth 1 -name 'ld-linux*.so.*' -print -quit)
[ -n "$loader" ] || die "The packages of $suite contain no loader in $libraries."
patchelf() { "$loader" --library-path "$libraries" "$work/patchelf/usr/bin/patchelf" "$@"; }

# An RPATH applies to the libraries' own libraries too, except for a library with an RPATH of its own: that names folders of the machine.
# Such folders go into the one RPATH, with their place here.
path=$libraries
while read -r library; do
  own=$(patchelf --print-rpath "$library" 2>/dev/null) || continue # not every file of such a name is a library
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
# Debian's QEMU looks for firmware and modules in fixed places, or below a folder of this name beside it, as in a build tree.
for programs in "$folder/usr/bin" "$folder/usr/libexec"; do
  mkdir -p "$programs/qemu-bundle"
  ln -s ../.. "$programs/qemu-bundle/usr"
done

emulators=()
for program in "$folder"/usr/bin/qemu-system-* "$folder"/usr/libexec/qemu-system-*; do
  [ -f "$program" ] && [ ! -L "$program" ] || continue
  if [ "$(head -c 4 "$program")" = $'\x7fELF' ]; then
    patchelf --set-interpreter "$folder$(patchelf --print-interpreter "$program")" --force-rpath --set-rpath "$path" "$program"
  else
    # qemu-system-i386 of Debian 12 is a script that starts the emulator in /usr/libexec.
    sed -i "s|=/usr/libexec/|=$folder/usr/libexec/|" "$program"
  fi
  emulators+=("$program")
done

# The check: they run, without any file of the machine.
for program in "${emulators[@]}"; do
  "$program" --version >"$work/version" 2>"$work/run.log" || die "The unpacked $program does not run:" "$(cat "$work/run.log")"
done
version=$("$qemu" --version | head -n 1)
for found in \
  "$(LD_TRACE_LOADED_OBJECTS=1 "$qemu" | grep -v -e linux-vdso -e "[[:space:]]$folder/" || true)" \
  "$("$qemu" -L help | grep -v "^$folder/" || true)"; do
  [ -z "$found" ] || die "The unpacked QEMU would use these from outside of $folder:" "$found"
done
say "unpack-qemu: $version, ${#emulators[@]} emulators"
echo "$suite $folder" >"$note"
echo "$qemu"
