#!/bin/sh
# custody.sh: the rules of custody in one private cluster: hashes, ids, chain, rights, requests, seals, arrival.
set -eu
tests=$(cd "$(dirname "$0")/.." && pwd)
exec "$tests/pg/run" "$tests/pg/tap" "$tests"/schema/custody/*.sql
