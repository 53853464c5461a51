#!/bin/sh
# template.sh: templates as versions, and a database from before there were any, in a private cluster.
set -eu
tests=$(cd "$(dirname "$0")/.." && pwd)
TEMPLATES=$tests/../printers/templates
export TEMPLATES # golden.sql ships them
exec "$tests/pg/run" "$tests/pg/tap" "$tests"/schema/template/template.sql "$tests"/schema/template/golden.sql "$tests"/schema/template/upgrade.sql
