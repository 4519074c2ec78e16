#!/bin/sh
# mongodb.sh FOLDER: starts FerretDB 1.24 (ferretdb/), a server of MongoDB's protocol, on a free port of the loopback
# interface, and prints its process id and its URL. Its data, in SQLite files, and its log are in FOLDER; with
# TGS_FERRETDB_DATA=postgresql its data are in the PostgreSQL that was started before it.
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
folder=$1
server=$root/target/servers/ferretdb
data=$folder/data
if [ "${TGS_FERRETDB_DATA:-sqlite}" = postgresql ]; then data=$TGS_POSTGRESQL; fi
export PATH="$root/target/tools/bin:$PATH"

mkdir -p "$folder/data" "$root/target/servers"
(cd "$root/tests/servers/ferretdb" && go build -p 2 -o "$server" .) >"$folder/log" 2>&1

# The kernel chooses a free port. If another program takes it first, the server fails.
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
"$server" "127.0.0.1:$port" "$data" >>"$folder/log" 2>&1 &
pid=$!
for _ in $(seq 100); do
    kill -0 "$pid" 2>/dev/null || exit 1
    if python3 -c "import socket; socket.create_connection(('127.0.0.1', $port), 1)" 2>/dev/null; then
        echo "$pid mongodb://127.0.0.1:$port/"
        exit 0
    fi
    sleep 0.1
done
kill "$pid"
echo "it does not answer on port $port" >>"$folder/log"
exit 1
