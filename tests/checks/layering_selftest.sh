#!/usr/bin/env bash
# Plants one offence after the other in a small tree and expects layering.sh to name each.
set -euo pipefail
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT

plant() {  # FILE INCLUDE
    rm -rf "${tree:?}"/*
    mkdir -p "$tree/schema" "$tree/$(dirname "$1")"
    printf '#include <vector>\n#include "schema/form.h"\n' >"$tree/schema/form.cpp"
    printf '#include %s\n' "$2" >"$tree/$1"
}
refused() {
    plant "$@"
    if said=$(bash "$here/layering.sh" "$tree"); then
        echo "not found: $1 includes $2"
        exit 1
    fi
    [[ $said == "$1:1: "* ]] || { echo "wrong words for $1: $said"; exit 1; }
}
accepted() {
    plant "$@"
    bash "$here/layering.sh" "$tree" || { echo "wrongly refused: $1 includes $2"; exit 1; }
}

refused schema/a.cpp '"sync/change.h"'
refused schema/a.h '"app/state/state.h"'
refused sync/a.cpp '"sync/store/store.h"'
refused sync/a.cpp '<sqlite3.h>'
refused sync/store/a.cpp '"sync/server/server.h"'
refused sync/store/a.cpp '"sync/transport/http.h"'
refused sync/server/a.cpp '"app/cli/cli.h"'
refused sync/server/a.cpp '<curl/curl.h>'
refused app/cli/a.cpp '"sync/server/server.h"'
refused app/work/a.cpp '<boost/asio.hpp>'
refused app/state/a.cpp '<imgui.h>'
refused app/ui/a.cpp '"app/work/worker.h"'
refused app/a.cpp '"schema/form.h"'
accepted sync/store/a.cpp '<SQLiteCpp/SQLiteCpp.h>'
accepted sync/store/a.cpp '"sync/change.h"'
accepted app/ui/a.cpp '<imgui.h>'
accepted app/platform/a.cpp '"app/work/worker.h"'
accepted tests/sync/a.cpp '"sync/store/store.h"'
