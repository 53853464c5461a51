# Every script here makes a private cluster through tests/pg/run, prints TAP and ends with "N passed, N failed".
EXTRA_DIST += tests/pg/run tests/pg/apply
