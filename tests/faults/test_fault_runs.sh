#!/bin/sh
# test_fault_runs.sh: some random fault runs; `make faults` is for thousands.
set -eu
[ -x tests/faults/fault_runs ] || { echo "umockdev was not found by configure: skipped"; exit 77; }
# in every check the same ones: what new ones find is for a person who has the time to look
[ -n "${SPECIMEND_FAULT_RUNS:-}" ] || export SPECIMEND_SEED="${SPECIMEND_SEED:-800000}"
dir=$(mktemp -d /tmp/faults.XXXXXX)
trap 'rm -rf "$dir"' EXIT
TMPDIR=$dir tests/faults/fault_runs "${SPECIMEND_FAULT_RUNS:-216}" "${SPECIMEND_FAULT_PROCESSES:-4}"
