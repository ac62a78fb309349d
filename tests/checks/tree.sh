#!/usr/bin/env bash
# The project's files are clean text in UTF-8, and nothing that a tool or a test made lies between them.
# Usage: tree.sh ROOT
set -euo pipefail
export LC_ALL=C.UTF-8
source "$(dirname "${BASH_SOURCE[0]}")/sources.sh"
cd "$1"
bad=0
offence() {  # SENTENCE, with the places on standard input
    local places
    places=$(head -n 20)
    [[ -z $places ]] && return
    printf '%s\n%s\n' "$1" "$places"
    bad=1
}
# Text alone (-I, and no pictures), a few hundred files to one grep.
in_text() { own_files . ! -name '*.png' | xargs -r -d '\n' grep -I "$@" /dev/null || true; }

offence 'Left over:' < <(own_files . \( -name '*.orig' -o -name '*.rej' -o -name '*.log' -o -name '*.tmp' -o -name '*~' \
    -o -name '*.db' -o -name '*.db-*' -o -name core -o -name '*.o' -o -name '*.a' \))
offence 'Lines that end in a carriage return:' < <(in_text -n $'\r$')
offence 'Lines that end in blanks:' < <(in_text -nE '[[:blank:]]+$')
offence 'Not UTF-8:' < <(in_text -naxv '.*')
offence 'Merge marks:' < <(in_text -nE '^(<{7}|>{7}) ')
exit $bad
