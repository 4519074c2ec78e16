#!/bin/sh
# node.sh: the npm packages of target/dist/npm, installed in an empty folder, as this machine's user would.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
packages=$root/target/dist/npm
version=$(sed -n 's/^version = "\(.*\)"/\1/p' "$root/Cargo.toml" | head -n 1)
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
passed() { echo "test-dist-node: $*"; }

case $(uname -m) in
    x86_64) cpu=x64 ;;
    aarch64) cpu=arm64 ;;
esac
platform=tgsession-linux-$cpu-$(if ldd --version 2>&1 | grep -q musl; then echo musl; else echo gnu; fi)

cd "$place"
unset TGSESSION_LIBRARY
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts "$packages/tgsession-$version.tgz"
if node -e "require('tgsession')" >error.txt 2>&1 || ! grep -q "optional package $platform is not installed" error.txt; then
    cat error.txt
    echo "test-dist-node: without the library's package the error does not name it" >&2
    exit 1
fi
passed "without $platform the error names it"

npm install --silent --no-audit --no-fund --ignore-scripts "$packages/tgsession-$version.tgz" "$packages/$platform-$version.tgz"
cp -R "$root/packaging/test/node" .
for script in quickstart.mjs quickstart.cjs; do
    node "node/$script" "$root/tests/fixtures" "$place/$script.session"
    passed "$script ran with $platform"
done

typescript=$(node -p "require('$root/bindings/node/package.json').devDependencies.typescript")
types=$(node -p "require('$root/bindings/node/package.json').devDependencies['@types/node']")
npm install --silent --no-audit --no-fund --ignore-scripts "typescript@$typescript" "@types/node@$types"
for resolution in node10 node16 bundler; do
    npx tsc -p "node/types/$resolution.json"
    passed "types resolve under $resolution"
done

for package in "$packages"/*.tgz; do
    if tar xzf "$package" -O | grep -a -q -F -e "$root" -e "$HOME/.cargo" -e "$HOME/.rustup"; then
        echo "test-dist-node: $package has a path of the machine that built it" >&2
        exit 1
    fi
done
passed "no package has a path of the builder: $(ls "$packages"/*.tgz | wc -l) looked through"
