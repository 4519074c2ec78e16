#!/bin/sh
# pgbouncer.sh FOLDER: pgbouncer in front of the PostgreSQL that was started before it. See run. Each transaction gets
# any connection to the server, as with a hosted pooler, so no state may be kept on a connection. pgbouncer refuses to run as
# root: then it runs as nobody.
set -eu
PATH=$PATH:/usr/sbin

folder=$1
here=$(cd "$(dirname "$0")" && pwd)
port=${TGS_PORT:-$("$here/free_port.py")}
server_port=${TGS_POSTGRESQL##*:}
server_port=${server_port%%/*}
as=""
if [ "$(id -u)" -eq 0 ]; then
    chown nobody "$folder"
    as="setpriv --reuid=nobody --regid=nogroup --clear-groups --"
fi
cd "$folder"
echo '"tgs" "tgsession-test"' > users
cat > pgbouncer.ini <<INI
[databases]
postgres = host=127.0.0.1 port=$server_port dbname=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = $port
unix_socket_dir =
auth_type = scram-sha-256
auth_file = $folder/users
pool_mode = transaction
server_round_robin = 1
default_pool_size = 4
max_client_conn = 500
INI
# Includes further settings, if a test has put a file there.
if [ -e more.ini ]; then cat more.ini >> pgbouncer.ini; fi
chmod 644 users pgbouncer.ini
# shellcheck disable=SC2086 # several words
$as pgbouncer --quiet pgbouncer.ini </dev/null >>log 2>&1 &
pid=$!
export PGPASSWORD=tgsession-test
tries=0
until psql --host=127.0.0.1 --port="$port" --username=tgs --dbname=postgres --command='SELECT 1' >/dev/null 2>>log; do
    tries=$((tries + 1))
    if [ "$tries" -gt 150 ] || ! kill -0 "$pid"; then exit 1; fi
    sleep 0.2
done
echo "$pid postgresql://tgs:tgsession-test@127.0.0.1:$port/postgres"
