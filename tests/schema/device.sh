#!/bin/sh
# device.sh: what is plugged in, and assigning it to stations, in a private cluster.
set -eu
tests=$(cd "$(dirname "$0")/.." && pwd)
exec "$tests/pg/run" "$tests/pg/tap" "$tests"/schema/device/device.sql
