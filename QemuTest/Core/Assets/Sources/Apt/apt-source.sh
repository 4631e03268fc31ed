#!/usr/bin/env bash
# Makes a private package source for apt in a folder, from the machine's own mirror. No mirror is named here. Use it with
# 'apt-get -c FOLDER/apt.conf': package lists, caches and packages stay in the folder. /etc/apt is read, never written.
#
#   apt-source.sh FOLDER [--also SUITE]
#       the suites, components and installed packages of the machine; optionally one more suite, such as bookworm-backports
#   apt-source.sh FOLDER --suite SUITE... [--pockets] [--architecture ARCH] [--source]
#       other suites ('own' is the machine's, so that 'own-backports' is its backports) without any installed package, so that an install fetches all dependencies
#       --pockets        also the updates and the security updates of each suite, if it is a release
#       --architecture   another architecture than the machine's
#       --source         source packages instead of binary ones
# More options:
#   --update             also fetch the package lists; the script fails if one is missing. If the machine's keyring is older than a
#                        suite's key, the newest keyring of the machine's own release is fetched first.
#   --machine FOLDER     where to keep the lists of the machine's own sources, if 'apt-get update' never ran on it; default: FOLDER/machine
# FOLDER/suite names the first suite.
set -euo pipefail
export LC_ALL=C

folder= machine= also= architecture= type=deb pockets= update= suites=()
fail() {
  printf 'error: %s\n' "$1" >&2
  shift
  [ $# -eq 0 ] || printf '       %s\n' "$@" >&2
  exit 1
}
while [ $# -gt 0 ]; do
  case $1 in
    --also) also=$2 && shift ;;
    --suite) suites+=("$2") && shift ;;
    --architecture) architecture=$2 && shift ;;
    --machine) machine=$2 && shift ;;
    --source) type=deb-src ;;
    --pockets) pockets=yes ;;
    --update) update=yes ;;
    -*) fail "apt-source.sh has no option '$1'." ;;
    *) folder=$1 ;;
  esac
  shift
done
[ -n "$folder" ] || fail "usage: apt-source.sh FOLDER [OPTIONS]"
command -v apt-get >/dev/null || fail "This machine has no apt-get, which fetches packages."
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
machine=${machine:-$folder/machine}
keyring=/usr/share/keyrings/debian-archive-keyring.gpg

# Puts standard input in place of a file, at once: other processes may read it.
put() { # FILE
  local new
  new=$(mktemp "$1.XXXXXX")
  cat >"$new"
  chmod 644 "$new"
  if cmp -s "$new" "$1"; then rm "$new"; else mv "$new" "$1"; fi
}

# Codename, address and component of each Debian index in the machine's own sources.
indexes() { # OPTION...
  apt-get "$@" indextargets --format '$(ORIGIN)|$(CODENAME)|$(REPO_URI)|$(COMPONENT)' 'Created-By: Packages' | sed -n 's/^Debian|//p'
}

# apt knows the origin of an index from the index itself, so the lists must be there. Where 'apt-get update' never ran, they are
# fetched into a folder of ours.
machine_indexes() {
  local found own
  found=$(indexes)
  if [ -z "$found" ]; then
    own=(-o Dir::State::lists="$machine/lists" -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= -o APT::Sandbox::User=)
    mkdir -p "$machine/lists/partial"
    found=$(indexes "${own[@]}")
    if [ -z "$found" ]; then
      apt-get "${own[@]}" update -qq >&2 || echo "apt: some package lists of the machine's own sources could not be fetched" >&2
      found=$(indexes "${own[@]}")
    fi
  fi
  printf '%s\n' "$found"
}

found=$(machine_indexes)
codename=$(. /etc/os-release && printf %s "${VERSION_CODENAME-}")
mirror=$(awk -F'|' -v name="$codename" '$1 == name { print $2; exit }' <<<"$found")
[ -n "$mirror" ] || {
  [ ${#suites[@]} -gt 0 ] || fail "apt knows no source for Debian $codename." "Add one to /etc/apt/sources.list (a line 'deb MIRROR $codename main')."
  mirror=$(awk -F'|' '$1 !~ /-security$/ { print $2; exit }' <<<"$found")
  codename=$(awk -F'|' '$1 !~ /-security$/ { print $1; exit }' <<<"$found")
}
[ -n "$mirror" ] || fail "This machine's apt knows no Debian archive (apt-get indextargets lists none)." \
  "Add one to /etc/apt/sources.list (a line 'deb MIRROR SUITE main')."
security=$(awk -F'|' '$1 ~ /-security$/ { print $2; exit }' <<<"$found")
suites=("${suites[@]/#own/$codename}")

# Address, suite and component of each source.
sources() {
  local suite
  if [ ${#suites[@]} -eq 0 ]; then
    awk -F'|' '!seen[$0]++ { print $2, $1, $3 }' <<<"$found"
    [ -z "$also" ] || echo "$mirror $also main"
  fi
  for suite in "${suites[@]}"; do
    echo "$mirror $suite main"
    case $suite in
      sid | unstable | experimental | *-*) ;; # only a release has pockets
      *)
        [ -z "$pockets" ] || echo "$mirror $suite-updates main"
        [ -z "$pockets" ] || [ -z "$security" ] || echo "$security $suite-security main"
        ;;
    esac
  done
}

configure() { # KEYRING
  local signed=
  [ ! -e "$1" ] || signed="[signed-by=$1] "
  sources | awk '!seen[$0]++' | sed "s#^#$type $signed#" | put "$folder/sources.list"
}

fetch_lists() {
  local strict=()
  [ ${#suites[@]} -eq 0 ] || strict=(-o APT::Update::Error-Mode=any)
  apt-get -c "$folder/apt.conf" "${strict[@]}" update -qq 2>"$folder/update.log"
}

mkdir -p "$folder/lists/partial" "$folder/cache/archives/partial"
configure "$keyring"
echo "${suites[0]-$codename}" | put "$folder/suite"
{
  cat <<EOF
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
Dir::State::lists "$folder/lists";
Dir::Cache "$folder/cache";
Dir::Etc::sourcelist "$folder/sources.list";
Dir::Etc::sourceparts "-";
Acquire::Languages "none";
Dpkg::Use-Pty "0";
EOF
  if [ ${#suites[@]} -gt 0 ]; then
    [ -e "$folder/status" ] || : >"$folder/status"
    printf 'Dir::State "%s";\nDir::State::status "%s/status";\nAPT::Sandbox::User "";\n' "$folder" "$folder"
  fi
  [ -z "$architecture" ] ||
    printf '#clear APT::Architectures;\nAPT::Architecture "%s";\nAPT::Architectures { "%s"; };\n' "$architecture" "$architecture"
} | put "$folder/apt.conf"

[ -n "$update" ] || exit 0
fetch_lists && exit 0
if [ ${#suites[@]} -gt 0 ] && grep -q -e NO_PUBKEY -e 'Missing key' "$folder/update.log"; then
  echo "apt: this machine's keyring is older than a suite's key; fetching the newest keyring of its own release" >&2
  bash "$0" "$folder/own" --machine "$machine" --suite own --pockets --update
  (cd "$folder/own" && apt-get -c apt.conf download -qq debian-archive-keyring >&2) ||
    fail "The newest debian-archive-keyring could not be fetched (see above)."
  dpkg-deb -x "$folder"/own/debian-archive-keyring_*.deb "$folder/keyring"
  configure "$folder/keyring$keyring"
  fetch_lists && exit 0
fi
fail "The package lists could not be fetched:" "$(tail -n 6 "$folder/update.log")" "Sources: $(tr '\n' ';' <"$folder/sources.list")"
