#!/bin/sh
# wasm.sh FOLDER: builds the WebAssembly module below FOLDER, and prints where it is. It takes the usual Rust if that has the
# standard library for wasm32-unknown-unknown, or rustup gets it; else Debian's, with which the standard library is compiled too.
set -eu

TARGET=wasm32-unknown-unknown
cargo=${CARGO:-cargo}
folder=$1

has_std() { [ -d "$(rustc --print target-libdir --target "$TARGET" 2>/dev/null)" ]; }

# What is given to people tells nothing of the machine that built it. The flags are added to those of .cargo/config.toml.
remapped() {
    for prefix in "$PWD=/tgsession" "${CARGO_HOME:-$HOME/.cargo}=/cargo" "${RUSTUP_HOME:-$HOME/.rustup}=/rust" "/usr/lib/rustlib=/rust"; do
        printf '"--remap-path-prefix=%s",' "$prefix"
    done
}

build() {
    "$@" build --quiet --locked --profile wasm --lib --features wasm --target "$TARGET" --target-dir "$folder" \
        --config "target.$TARGET.rustflags=[$(remapped)]" >&2
}

if [ -z "${TGS_DEBIAN_RUST:-}" ] && ! has_std && command -v rustup >/dev/null 2>&1; then
    echo "wasm.sh: getting the standard library for $TARGET by rustup" >&2
    rustup target add "$TARGET" >&2 || echo "wasm.sh: rustup could not: Debian's Rust is taken" >&2
fi
if [ -z "${TGS_DEBIAN_RUST:-}" ] && has_std; then
    make/setup.sh wasm >&2
    build "$cargo"
else
    make/setup.sh wasm-std >&2
    folder=$folder-debian
    export RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1 CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER=/usr/bin/wasm-ld
    build /usr/bin/cargo -Zbuild-std=std,panic_abort
fi
echo "$folder/$TARGET/wasm/tgsession.wasm"
