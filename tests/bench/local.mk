# `make bench`: what the service costs, as ratios. Needs curl, jq and PostgreSQL's pgbench.
EXTRA_DIST += tests/bench/run tests/bench/stations.sql
noinst_PROGRAMS += tests/bench/http_load
tests_bench_http_load_SOURCES = tests/bench/http_load.c
tests_bench_http_load_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
tests_bench_http_load_LDADD = libloop.a libbase.a $(JANSSON_LIBS)

.PHONY: bench
bench: all
	@srcdir='$(srcdir)' '$(srcdir)/tests/bench/run'
