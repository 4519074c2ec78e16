#!/bin/sh
# postgresql.sh FOLDER: a PostgreSQL server with its data in FOLDER. See run. PostgreSQL refuses to run as root:
# then it runs as nobody.
set -eu

folder=$1
here=$(cd "$(dirname "$0")" && pwd)
programs=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
port=${TGS_PORT:-$("$here/free_port.py")}
as=""
if [ "$(id -u)" -eq 0 ]; then
    chown nobody "$folder"
    as="setpriv --reuid=nobody --regid=nogroup --clear-groups --"
fi
cd "$folder"
{
    echo tgsession-test > password
    chmod 644 password
    # shellcheck disable=SC2086 # several words
    [ -e data ] || $as "$programs/initdb" --pgdata=data --username=tgs --pwfile=password --auth=scram-sha-256 \
        --encoding=UTF8 --locale=C.UTF-8
} >>log 2>&1
# TLS is on if a test has put a certificate there. The key must be readable by the server only.
tls=""
if [ -e server.crt ]; then
    if [ -n "$as" ]; then chown nobody server.key; fi
    chmod 600 server.key
    tls="-c ssl=on -c ssl_cert_file=$folder/server.crt -c ssl_key_file=$folder/server.key"
fi
start() {
    # shellcheck disable=SC2086
    $as "$programs/postgres" -D data -c listen_addresses=127.0.0.1 -c "port=$port" \
        -c unix_socket_directories="$folder" -c max_connections=60 $tls </dev/null >>log 2>&1 &
    pid=$!
}
start
export PGPASSWORD=tgsession-test
tries=0
until psql --host=127.0.0.1 --port="$port" --username=tgs --dbname=postgres --command='SELECT 1' >/dev/null 2>>log; do
    tries=$((tries + 1))
    if [ "$tries" -gt 150 ]; then exit 1; fi
    sleep 0.2
    # After a kill it cannot start until the processes of the old server have ended.
    kill -0 "$pid" 2>/dev/null || start
done
echo "$pid postgresql://tgs:tgsession-test@127.0.0.1:$port/postgres"
