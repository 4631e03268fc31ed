#!/usr/bin/env bash
# Checks the spelling of every text in the repository, American, and its phrases. Prints FILE:LINE of each finding; exits with 1 if there
# is one. A word that codespell does not know is added to eng/spelling.txt.
set -euo pipefail
cd "$(dirname "$0")/.."
. eng/lib/output.sh
[ $# -eq 0 ] || die "eng/check-prose.sh takes no arguments; it was given: $*"
command -v codespell >/dev/null || die "'codespell' is missing." "Install it: apt-get install codespell (eng/setup.sh does)."

# Not ours to correct: generated code, QEMU's schemas and errors, measured data, the texts of licenses, and the lists in this check.
texts=(. ':!*.json' ':!*.png' ':!*.svg' ':!LICENSE' ':!docs/vfio-study' ':!QemuTest/Qmp/Generated' ':!eng/QapiGen/schema'
  ':!tests/QapiGen.Tests/NegativeSchemas.txt' ':!tests/QapiGen.Tests/DocExampleFaults.txt' ':!assets-manifest'
  ':!eng/check-prose.sh' ':!eng/spelling.txt' ':!tests/QemuTest.Tests/Scripts/ProseScriptTests.cs' ':!*PublicAPI.*.txt')

# What people write who think in another language; CONTRIBUTING.md has better words.
phrases=(
  'Gives up\.'
  '[Bb]y turns'
  'comes? of itself'
  'is not to be had'
  '[Ww]hat is that it is told'
  'of no more use'
  'Told twice'
)
# British words that codespell does not know, or knows only in some versions.
british='\<(behaviour|colour|favour|honour|flavour|neighbour|licence|centre|grey|whilst|(recogn|organ|initial|serial|optim|minim|maxim|normal|synchron|summar|emphas|general|special|standard|util|real|final)is(e|es|ed|ing|ation)|travelled|travelling|labelled|modelled|catalogue)s?\>'

status=0
report() { # TITLE: findings come on standard input
  local findings
  findings=$(cat)
  [ -n "$findings" ] || return 0
  say "$1"
  printf '%s\n' "$findings"
  status=1
}

# Tracked files and new ones, but no deleted ones.
mapfile -d '' files < <(git ls-files -z --cached --others --exclude-standard -- "${texts[@]}" | while IFS= read -r -d '' file; do
  [ ! -f "$file" ] || printf '%s\0' "$file"
done)

report "Spelling (codespell):" < <(codespell "${files[@]}" 2>&1 || true)
report "Phrases to rewrite:" < <(grep -nHIE "$(IFS='|'; printf '%s' "${phrases[*]}")" -- "${files[@]}" | cut -c1-200 || true)
# The changelog's tables list old names.
report "British spelling:" < <(grep -nHIiE "$british" -- "${files[@]}" | grep -v '^CHANGELOG\.md:[0-9]*:|' | cut -c1-200 || true)
# A user of the packages has no eng/ folder. Such a text names a command of qemu-test.
report "A script of this repository in a package's text:" < <(printf '%s\0' "${files[@]}" | grep -zE '^QemuTest/.*(\.cs|\.md|\.sh|/init)$' |
  xargs -0r grep -nHE '\<eng/' -- | cut -c1-200 || true)
[ "$status" -eq 0 ] || say "Rewrite these lines (CONTRIBUTING.md, English), or add a correct word to eng/spelling.txt."
exit "$status"
