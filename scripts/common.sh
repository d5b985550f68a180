# Sourced by the other scripts: goes to the project's root, reads the pins, finds the tools.
# shellcheck shell=bash

cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1

# shellcheck source=scripts/tools.env
source scripts/tools.env

# cargo's programs live here, and so does wasm-opt where npm's own folder is not ours to write to. In
# front, because a Rust or a binaryen of the distribution's may stand elsewhere on PATH.
CARGO_BIN=${CARGO_HOME:-$HOME/.cargo}/bin
export PATH="$CARGO_BIN:$PATH"

# Where the tests in a browser look for axe-core; tests/e2e/axe.rs says the same.
AXE_CORE=${XDG_CACHE_HOME:-$HOME/.cache}/sentinel-lab/axe-core-$AXE_CORE_VERSION.js

# By convention NO_COLOR may have any value; trunk takes only true or false.
if [[ -n ${NO_COLOR:-} ]]; then export NO_COLOR=true; else unset NO_COLOR; fi

RUST_VERSION=$(sed -n 's/^channel *= *"\(.*\)"/\1/p' rust-toolchain.toml)

# What is missing is installed by scripts/setup, which says so, and never by rustup on its own.
export RUSTUP_AUTO_INSTALL=0

has_toolchain() { ! command -v rustup >/dev/null || rustup toolchain list | grep -q "^$RUST_VERSION-"; }

# rustup finds a toolchain by its name only. Where the pinned version is there under another name (such as
# "stable"), use that one.
if [[ -z ${RUSTUP_TOOLCHAIN:-} ]] && ! has_toolchain; then
    while read -r name _; do
        if [[ $(rustc "+$name" --version 2>/dev/null) == "rustc $RUST_VERSION "* ]]; then
            export RUSTUP_TOOLCHAIN=$name
            break
        fi
    done < <(rustup toolchain list)
fi

# Headings go to standard output, so that they keep their place among what the tools print.
say() { printf '%s\n' "$*"; }
heading() { printf '\n==> %s\n' "$*"; }
fail() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

# duration SECONDS: "8 s", "3 min 05 s".
duration() {
    if (($1 < 60)); then printf '%d s' "$1"; else printf '%d min %02d s' $(($1 / 60)) $(($1 % 60)); fi
}
