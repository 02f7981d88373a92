# SPDX-License-Identifier: MIT OR Apache-2.0
# What the scripts here share. To be sourced, from the folder of Cargo.toml.

# The log of skipped tests, which make check-deep prints and counts at its end.
NLRS_LOG=${NLRS_LOG:-/dev/null}

# $1 what was not tested, $2 why.
skip() {
    echo "SKIP $1: $2" | tee -a "$NLRS_LOG"
}

# A line of results: $1 part, $2 what, $3 how much.
say() {
    printf '%-12s %-28s %s\n' "$1" "$2" "$3"
}

# True when all of these commands are installed; the first that is not is a skip.
need() {
    for tool in "$@"; do
        command -v "$tool" > /dev/null || { skip "$tool" 'not installed (make deps-deep)'; return 1; }
    done
}

# What a program's lines `/* link: NAME ... */` and `/* arguments: ... */` ask for, as tests/common/programs.rs reads them.
libraries_of() {
    sed -n 's,^/\* link: \(.*\) \*/$,\1,p' "$1" | sed 's/[^ ]*/-l&/g'
}
arguments_of() {
    sed -n 's,^/\* arguments: \(.*\) \*/$,\1,p' "$1"
}

# Runs a program made of the source $1, arguments 3 and later, with at most $2 seconds: as tests/common/programs.rs does, after what a line
# `/* in a namespace: ... */` asks for, in a network namespace of its own. 77 where there is none to be had.
run_of() {
    before=$(sed -n 's,^/\* in a namespace: \(.*\) \*/$,\1,p' "$1")
    seconds=$2
    shift 2
    if [ -z "$before" ]; then timeout "$seconds" "$@"; return; fi
    unshare -n ip link > /dev/null 2>&1 || { echo 'SKIP: no network namespace of its own, or no iproute2'; return 77; }
    timeout "$seconds" unshare -n sh -c "$before
exec \"\$@\"" sh "$@"
}

# How many tests passed, from what cargo test printed into the file $1.
passed() {
    sed -n 's/^test result: ok\. \([0-9]* passed\).*/\1/p' "$1" | paste -s -d + -
}
