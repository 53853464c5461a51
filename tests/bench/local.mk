# `make bench`: what the service costs, as ratios. Needs curl, jq and PostgreSQL's pgbench.
# `make bench-scan`: from a scan with a USB scanner to its beep, with 1, 8 and 32 stations, and where the time goes.
# `make bench-gap`: how long a printer stands still between two labels of a set.
# `make bench-labels`: what a proved label costs, beside LPrint's labels when lprint is installed.
EXTRA_DIST += tests/bench/gap tests/bench/labels tests/bench/labs.sh tests/bench/run tests/bench/scan tests/bench/stations.sql
noinst_PROGRAMS += tests/bench/http_load tests/bench/label_speed
tests_bench_http_load_SOURCES = tests/bench/http_load.c
tests_bench_http_load_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
tests_bench_http_load_LDADD = libloop.a libbase.a $(JANSSON_LIBS)
tests_bench_label_speed_SOURCES = tests/bench/label_speed.c \
	tests/printers/page/people.c tests/printers/page/people.h
tests_bench_label_speed_LDADD = libcheck.a liblang.a $(PAGE_LIBS) $(CUNIT_LIBS) $(ZLIB_LIBS)

.PHONY: bench bench-gap bench-labels bench-scan
bench: all
	@srcdir='$(srcdir)' '$(srcdir)/tests/bench/run'
bench-labels: all
	@srcdir='$(srcdir)' '$(srcdir)/tests/bench/labels'
bench-scan: all
	@srcdir='$(srcdir)' '$(srcdir)/tests/bench/scan' || [ $$? = 77 ]
bench-gap: all
	@srcdir='$(srcdir)' '$(srcdir)/tests/bench/gap'
