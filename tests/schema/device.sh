#!/bin/sh
# device.sh: what is plugged in, assigning it to stations, and how scanners talk, in a private cluster.
set -eu
tests=$(cd "$(dirname "$0")/.." && pwd)
exec "$tests/pg/run" "$tests/pg/tap" "$tests"/schema/device/device.sql "$tests"/schema/device/device_fault.sql "$tests"/schema/device/scanner.sql "$tests"/schema/device/enrol.sql "$tests"/schema/device/pass.sql
