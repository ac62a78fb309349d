#!/usr/bin/env bash
# No two types of one namespace share a name: linked into one program, the functions of one would run on the
# other's bytes, and no compiler or linker says so. Usage: one_definition.sh ROOT
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/sources.sh"
cd "$1"

own_sources . | { grep -v '^tests/' || true; } | xargs -r -d '\n' awk '
    FNR == 1 { depth = 0 }
    /^(inline )?namespace [^=]*\{/ { depth++; space[depth] = $2 == "{" ? "" : $2; next }
    /^namespace \{/ { depth++; space[depth] = ""; next }
    /^\}  \/\/ namespace/ { depth--; next }
    /^(struct|class|enum class|union) [A-Za-z]/ && !/;[[:space:]]*(\/\/.*)?$/ {
        full = ""
        for (i = 1; i <= depth; i++) {
            if (space[i] == "") next  # seen by its own source alone
            full = full space[i] "::"
        }
        name = $1 == "enum" ? $3 : $2
        sub(/[^A-Za-z0-9_:].*/, "", name)
        sub(/:+$/, "", name)
        full = full name
        if (full in place) { print full ": " place[full] " and " FILENAME ":" FNR; bad = 1 }
        place[full] = FILENAME ":" FNR
    }
    END { exit bad }' || { echo 'One of each pair needs another name.'; exit 1; }
