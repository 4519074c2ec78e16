#!/bin/sh
# mariadb.sh FOLDER: a MariaDB server with its data in FOLDER. See run. As root it runs as nobody.
set -eu
PATH=$PATH:/usr/sbin

folder=$1
here=$(cd "$(dirname "$0")" && pwd)
port=${TGS_PORT:-$("$here/free_port.py")}
user=$(id -un)
if [ "$(id -u)" -eq 0 ]; then
    user=nobody
    chown nobody "$folder"
fi
cd "$folder"
# Temporary tables stand in a folder of its own: MariaDB removes all that it finds there, another server's too.
{
    [ -e data ] || mariadb-install-db --no-defaults --datadir="$folder/data" --user="$user" --skip-test-db \
        --auth-root-authentication-method=normal --tmpdir="$folder"
} >>log 2>&1
cat > start.sql <<'SQL'
CREATE DATABASE IF NOT EXISTS tgs;
CREATE USER IF NOT EXISTS tgs@'%' IDENTIFIED BY 'tgsession-test';
GRANT ALL ON *.* TO tgs@'%';
SQL
# TLS is on if a test has put a certificate there. From 11.4 on MariaDB makes one of its own.
tls="--skip-ssl"
if [ -e server.crt ]; then
    if [ "$user" = nobody ]; then chown nobody server.key; fi
    tls="--ssl-cert=$folder/server.crt --ssl-key=$folder/server.key"
fi
# shellcheck disable=SC2086 # several words
mariadbd --no-defaults --datadir="$folder/data" --user="$user" --bind-address=127.0.0.1 --port="$port" \
    --skip-name-resolve --socket="$folder/socket" --pid-file="$folder/pid" --init-file="$folder/start.sql" \
    --tmpdir="$folder" --character-set-server=utf8mb4 $tls </dev/null >>log 2>&1 &
pid=$!
tries=0
# From 11.4 on the client, too, wants TLS if nobody tells.
until mariadb --no-defaults --skip-ssl --host=127.0.0.1 --port="$port" --user=tgs --password=tgsession-test --execute='SELECT 1' tgs \
    >/dev/null 2>>log; do
    tries=$((tries + 1))
    if [ "$tries" -gt 150 ] || ! kill -0 "$pid"; then exit 1; fi
    sleep 0.2
done
echo "$pid mysql://tgs:tgsession-test@127.0.0.1:$port/tgs"
