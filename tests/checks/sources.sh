# To be sourced. The project's own files below $1, one a line; works in a clone and in an unpacked archive.

own_files() {
    local root=$1
    shift
    (cd "$root" && find . \( -path ./build -o -path ./.git -o -path ./shots -o -path ./.cache \) -prune \
        -o -type f "$@" -print | sed 's|^\./||' | LC_ALL=C sort)
}

own_sources() {
    own_files "$1" \( -name '*.cpp' -o -name '*.h' \)
}
