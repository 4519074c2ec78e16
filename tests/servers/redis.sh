#!/bin/sh
# redis.sh FOLDER: a Redis server with its data in FOLDER. See run.
set -eu

folder=$1
here=$(cd "$(dirname "$0")" && pwd)
port=${TGS_PORT:-$("$here/free_port.py")}
cd "$folder"
redis-server --bind 127.0.0.1 --port "$port" --dir "$folder" --appendonly yes --appendfsync always </dev/null >>log 2>&1 &
pid=$!
tries=0
until [ "$(redis-cli -h 127.0.0.1 -p "$port" ping 2>>log)" = PONG ]; do
    tries=$((tries + 1))
    if [ "$tries" -gt 150 ] || ! kill -0 "$pid"; then exit 1; fi
    sleep 0.2
done
echo "$pid redis://127.0.0.1:$port/0"
