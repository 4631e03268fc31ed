# A package source of our own for one run. Sourced; needs output.sh and mktemp.
#
# apt gets its own list of sources and its own package lists, both in a folder that goes when the script ends. The
# machine's /etc/apt is read, never written, so nothing half-configured can be left behind.

apt_folder=
apt_options=()

# Makes the private source: the machine's own Debian sources, and backports from the same mirror if asked for.
#   apt_begin [BACKPORTS_SUITE]
apt_begin() {
  [ -z "$apt_folder" ] || return 0
  local backports=${1-} codename indexes mirror keys
  codename=$(. /etc/os-release && printf %s "$VERSION_CODENAME")
  keys=/usr/share/keyrings/debian-archive-keyring.gpg
  apt_folder=$(mktemp -d)
  chmod 755 "$apt_folder"
  mkdir -p "$apt_folder/sources" "$apt_folder/lists/partial" "$apt_folder/archives/partial"
  indexes=$(apt_debian_indexes "$apt_folder/lists")
  mirror=$(awk -F'|' -v name="$codename" '$1 == name { print $2; exit }' <<<"$indexes")
  [ -n "$mirror" ] || die "apt knows no source for Debian $codename." \
    "Add one to /etc/apt/sources.list (a line 'deb MIRROR $codename main')."

  {
    awk -F'|' '!seen[$0]++ { print $2 "|" $1 "|" $3 }' <<<"$indexes"
    [ -z "$backports" ] || printf '%s|%s|main\n' "$mirror" "$backports"
  } | while IFS='|' read -r uri suite component; do
    printf 'deb [signed-by=%s] %s %s %s\n' "$keys" "$uri" "$suite" "$component"
  done >"$apt_folder/sources/qemu-test.list"
  apt_options=(
    -o Dir::Etc::sourcelist=/dev/null
    -o Dir::Etc::sourceparts="$apt_folder/sources"
    -o Dir::State::lists="$apt_folder/lists"
    -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache=
    -o Dir::Cache::archives="$apt_folder/archives"
    -o Dpkg::Use-Pty=0
  )
  apt_run update -qq || die "The package lists could not be brought (see above)." \
    "Sources tried: $(tr '\n' ';' <"$apt_folder/sources/qemu-test.list")"
}

apt_end() {
  [ -z "$apt_folder" ] || $as_root rm -rf "$apt_folder"
  apt_folder=
}

# For an apt-get that knows other suites and nothing that is installed: what it is asked to install comes with all that it
# depends on. All of it is in a folder of the caller's, packages in FOLDER/archives; no root is needed.
#   apt_apart FOLDER SUITE...
apt_apart() {
  local folder=$1 mirror keys=/usr/share/keyrings/debian-archive-keyring.gpg
  shift
  mkdir -p "$folder/sources" "$folder/lists/partial" "$folder/archives/partial"
  : >"$folder/status"
  mirror=$(apt_debian_indexes "$folder/lists" | awk -F'|' '$1 !~ /-security$/ { print $2; exit }')
  [ -n "$mirror" ] || die "apt knows no Debian mirror on this machine." "Add one to /etc/apt/sources.list (a line 'deb MIRROR SUITE main')."
  apt_apart_options=(
    -o Dir::Etc::sourcelist=/dev/null
    -o Dir::Etc::sourceparts="$folder/sources"
    -o Dir::State::lists="$folder/lists"
    -o Dir::State::status="$folder/status"
    -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache=
    -o Dir::Cache::archives="$folder/archives"
    -o APT::Sandbox::User= -o APT::Update::Error-Mode=any
  )
  apt_apart_update "$folder" "$mirror" "$keys" "$@" && return
  if grep -q -e NO_PUBKEY -e 'Missing key' "$folder/update.log"; then
    say "apt: this machine's keyring is older than a suite's key; bringing the newest keyring of its own release"
    apt_begin
    (cd "$folder" && apt_run -o APT::Sandbox::User=root download -qq debian-archive-keyring >&2) ||
      die "The newest debian-archive-keyring could not be brought (see above)."
    dpkg-deb -x "$folder"/debian-archive-keyring_*.deb "$folder/keyring"
    keys=$folder/keyring$keys
    apt_apart_update "$folder" "$mirror" "$keys" "$@" && return
  fi
  die "The package lists of $* could not be brought from the machine's mirror:" "$(tail -n 6 "$folder/update.log")"
}

# What goes wrong is in FOLDER/update.log.
#   apt_apart_update FOLDER MIRROR KEYRING SUITE...
apt_apart_update() {
  local folder=$1 mirror=$2 keys=$3
  shift 3
  printf "deb [signed-by=$keys] $mirror %s main\n" "$@" | sort -u >"$folder/sources/apart.list"
  apt-get "${apt_apart_options[@]}" update -qq 2>"$folder/update.log"
}

apt_apart_run() { DEBIAN_FRONTEND=noninteractive apt-get "${apt_apart_options[@]}" "$@"; }

# Codename, address and component of each Debian index that the machine's apt is configured with. apt knows whose an index
# is from the index alone: on a machine that never ran 'apt-get update' the lists are brought first, into a folder of the
# caller's.
#   apt_debian_indexes LISTS_FOLDER
apt_debian_indexes() {
  local indexes own=()
  indexes=$(apt_index_targets)
  if [ -z "$indexes" ]; then
    own=(-o Dir::State::lists="$1" -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= -o APT::Sandbox::User=)
    apt-get "${own[@]}" update -qq >&2 || say "apt: some package lists of the machine's own sources could not be brought"
    indexes=$(apt_index_targets "${own[@]}")
  fi
  printf '%s\n' "$indexes"
}

apt_index_targets() {
  apt-get "$@" indextargets --format '$(ORIGIN)|$(CODENAME)|$(REPO_URI)|$(COMPONENT)' 'Created-By: Packages' |
    sed -n 's/^Debian|//p'
}

apt_run() { DEBIAN_FRONTEND=noninteractive $as_root apt-get "${apt_options[@]}" "$@"; }

apt_candidate() { apt-cache "${apt_options[@]}" policy "$1" | sed -n 's/^ *Candidate: //p' | grep -v '(none)' || true; }

# The prefix for commands that need root: nothing as root, else sudo.
as_root=
if [ "$(id -u)" -ne 0 ] && command -v sudo >/dev/null; then
  as_root=sudo
fi
