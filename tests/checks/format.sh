#!/usr/bin/env bash
# Every source is as clang-format leaves it; `./dev format` mends. Usage: format.sh ROOT
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/sources.sh"
cd "$1"

unformatted=$(own_sources . | xargs -d '\n' clang-format --dry-run 2>&1 |
    sed -n 's/:[0-9]*:[0-9]*: warning: .*//p' | LC_ALL=C sort | uniq -c)
[[ -z $unformatted ]] && exit 0
echo "$unformatted"
echo 'So many places in these files are not formatted: run ./dev format.'
exit 1
