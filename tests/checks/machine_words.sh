#!/usr/bin/env bash
# Nothing in the project may name a folder or a host of the machine that it was written on.
# Usage: machine_words.sh ROOT
set -euo pipefail
root=$1
source "$(dirname "${BASH_SOURCE[0]}")/sources.sh"

# The brackets keep this line from finding itself.
words='(^|[^[:alnum:]_.])/([w]ork/|[h]ome/[a-z]+/|[U]sers/[A-Za-z]+/|[r]oot/([^i]|i[^t]))|(deb|registry|security)\.[a-z]+\.([o]rg|[c]om)'
if own_files "$root" | (cd "$root" && xargs -r -d '\n' grep -nIE "$words" /dev/null); then
    echo 'The lines above name a folder or a host of one machine.'
    exit 1
fi
