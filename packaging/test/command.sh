# The command of the archive. Sourced by run, after linux.sh.
# shellcheck shell=sh disable=SC2154,SC2086 # lib.sh names them; commands of several words

tgsession() { $runner "$archive/bin/tgsession" "$@"; }
fixtures=$root/tests/fixtures

tgsession --version | same "the version" "tgsession $version"
inspected=0
for file in "$fixtures"/*/account.session; do
    tgsession inspect "$file" > "$place/inspected" 2>"$place/log" || { cat "$place/log" >&2; fail "inspect $file"; }
    grep -q '^format ' "$place/inspected" || fail "inspect $file tells no format"
    inspected=$((inspected + 1))
done
test "$inspected" -ge 20 || fail "there are only $inspected fixtures"
passed "the command reads $inspected clients' files"

export_of() { tgsession export "$1" --to pyrogram 2>/dev/null; }
source=$fixtures/kurigram-2.2.26/account.session
for format in pyrogram@3 pyrofork@4 kurigram@7 telethon@8 telethon@10; do
    made="$place/${format%@*} ${format#*@}.session"
    quietly tgsession convert "$source" "$made" --to "$format"
    tgsession inspect "$made" | sed -n 's/^format *//p' | same "the format of $made" "$format"
    quietly tgsession convert "$made" "$made.back" --to kurigram@7
    test "$(export_of "$made.back")" = "$(export_of "$source")" || fail "$format does not give back the login"
done
passed "converts to every client, Telethon 2 among them, and back: the same login"

refused() { tgsession inspect "$1" 2>&1 | grep -q 'has no engine'; }
for url in 'sqlite:////nowhere.db?session=me' 'mongodb://'; do
    case $set in
        small) refused "$url" || fail "the small set does not say that it has no engine for $url" ;;
        full) ! refused "$url" || fail "the full set has no engine for $url" ;;
    esac
done
passed "has the engines of its set"

recipient=age1j9xgd6rqa7vyvj3svcqs8fs94d7pv24pr5qhman7vtmxflwfcumq2fd49f
case $set in
    small) ! tgsession export "$source" --to-age-recipient $recipient > "$place/age" 2>/dev/null || fail "the small set has age" ;;
    full) tgsession export "$source" --to-age-recipient $recipient | head -n 1 | same "an age file" age-encryption.org/v1 ;;
esac
passed "encrypts with age, if its set does"
