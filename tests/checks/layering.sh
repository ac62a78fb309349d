#!/usr/bin/env bash
# Dependencies run one way: schema <- sync <- app; `app` and `sync/server` do not know each other, and a
# foreign library is known to one folder. Usage: layering.sh ROOT
set -euo pipefail
root=$1
source "$(dirname "${BASH_SOURCE[0]}")/sources.sh"

# folder | headers of ours that it may include; the longest folder that fits a file is the one that counts.
allowed='
schema            schema/
sync              schema/ sync/[^/]*$ sync/codec/
sync/codec        schema/ sync/[^/]*$ sync/codec/
sync/store        schema/ sync/[^/]*$ sync/codec/ sync/store/
sync/client       schema/ sync/[^/]*$ sync/codec/ sync/store/ sync/client/
sync/transport    schema/ sync/[^/]*$ sync/codec/ sync/store/ sync/client/ sync/transport/
sync/server       schema/ sync/[^/]*$ sync/codec/ sync/store/ sync/server/
app/cli           schema/ sync/[^/]*$ sync/codec/ sync/store/ sync/client/ sync/transport/ app/cli/
app/state         schema/ sync/[^/]*$ sync/codec/ sync/store/ app/state/
app/work          schema/ sync/[^/]*$ sync/codec/ sync/store/ sync/client/ sync/transport/ app/state/ app/work/
app/ui            schema/ app/state/ app/ui/
app/platform      schema/ sync/[^/]*$ app/
assets/forms      schema/ assets/forms/
'

# header | folders that may include it
foreign='
sqlite3           sync/store
SQLiteCpp/        sync/store
curl/             sync/transport
boost/            sync/server
openssl/          sync/server
cereal/           sync/codec
sodium            schema sync/codec
zstd              sync/codec
imgui             app/ui app/platform
backends/imgui    app/ui app/platform
GLFW/             app/platform
GL/               app/platform
CLI/              app/cli sync/server
expat             schema
pugixml           schema
zip.h             schema
utf8proc          schema app/platform
re2/              schema
xlsxwriter        app/cli assets/forms
'

own_sources "$root" | { grep -v '^tests/' || true; } | (cd "$root" && xargs -r -d '\n' grep -HnE '^[[:space:]]*#[[:space:]]*include[[:space:]]*["<]' /dev/null) |
    awk -v allowed="$allowed" -v foreign="$foreign" '
    BEGIN {
        n = split(allowed, lines, "\n")
        for (i = 1; i <= n; i++) {
            k = split(lines[i], words, " ")
            if (k < 2) continue
            may[words[1]] = ""
            for (j = 2; j <= k; j++) may[words[1]] = may[words[1]] (j > 2 ? "|" : "") "^" words[j]
        }
        n = split(foreign, lines, "\n")
        for (i = 1; i <= n; i++) {
            k = split(lines[i], words, " ")
            if (k < 2) continue
            owners[words[1]] = substr(lines[i], length(words[1]) + 1)
            gsub(/ +/, " ", owners[words[1]])
        }
    }
    function offence(what) { print file ":" line ": " what; bad = 1 }
    {
        split($0, parts, ":")
        file = parts[1]; line = parts[2]
        header = $0
        sub(/^[^"<]*["<]/, "", header)
        sub(/[">].*$/, "", header)

        folder = file
        while (sub(/\/[^\/]*$/, "", folder) && !(folder in may)) {}
        if (!(folder in may)) { offence("is in no folder that this check knows (tests/checks/layering.sh)"); next }

        if (header ~ /^(schema|sync|app|assets|tests)\//) {
            if (header !~ ("(" may[folder] ")")) offence(folder " must not include " header)
            next
        }
        for (start in owners) {
            if (index(header, start) != 1) continue
            if (!index(owners[start] " ", " " folder " ")) offence(folder " must not include <" header ">: that is for" owners[start])
        }
    }
    END { exit bad }'
