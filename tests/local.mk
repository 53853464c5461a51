# Suites mirror the folders: tests/<folder>/test_<file>.c. One program and one CUnit suite per file.
EXTRA_DIST += tests/README.md
EXTRA_DIST += \
	tests/day/lab.sh tests/day/notes.sh tests/day/packing.sh tests/day/plan.sh \
	tests/day/play tests/day/tally.sh tests/day/visits.sh
EXTRA_DIST += \
	tests/data/scanners/README.md \
	tests/data/scanners/dev-honeywell-n5600-0c2e-0967-hidpos.txt \
	tests/data/scanners/dev-keyboard-partials.txt \
	tests/data/scanners/dev-zebra-05e0-0600-simplecom.txt \
	tests/data/scanners/honeywell-opticon-serial-facts.txt \
	tests/data/scanners/keystroke-timings.txt \
	tests/data/scanners/layouts-hidpos.txt \
	tests/data/scanners/linux-quirks.txt \
	tests/data/scanners/rd-hidpos-8c02-honeywell-style-127.txt \
	tests/data/scanners/rd-keyboard-datalogic-gd4400-65.txt \
	tests/data/scanners/rd-notscanner-8c01-st-demo-33.txt \
	tests/data/scanners/rd-notscanner-8c06-dongle-dfu-33.txt \
	tests/data/scanners/reports-honeywell-voyager1602g-hidpos.txt \
	tests/data/scanners/snapi-facts.txt \
	tests/data/scanners/ssi-vectors.txt \
	tests/data/scanners/usbids-scanners.tsv
if HAVE_CUNIT
check_LIBRARIES += libcheck.a
libcheck_a_SOURCES = tests/check.c tests/check.h
libcheck_a_CFLAGS = $(AM_CFLAGS) $(CUNIT_CFLAGS)
CHECK_LIBS = libcheck.a libbase.a $(CUNIT_LIBS)
include $(srcdir)/tests/daemon/base/local.mk
include $(srcdir)/tests/daemon/loop/local.mk
include $(srcdir)/tests/daemon/link/local.mk
include $(srcdir)/tests/daemon/custody/local.mk
include $(srcdir)/tests/daemon/hl7/local.mk
include $(srcdir)/tests/daemon/core/local.mk
include $(srcdir)/tests/tcp/local.mk
include $(srcdir)/tests/daemon/bench/local.mk
include $(srcdir)/tests/usb/local.mk
include $(srcdir)/tests/daemon/press/local.mk
include $(srcdir)/tests/daemon/cmd/local.mk
include $(srcdir)/tests/printers/local.mk
include $(srcdir)/tests/scanners/local.mk
include $(srcdir)/tests/schema/local.mk
include $(srcdir)/tests/scenario/local.mk
include $(srcdir)/tests/faults/local.mk
include $(srcdir)/tests/system/local.mk
include $(srcdir)/tests/storms/local.mk
include $(srcdir)/tests/fuzz/local.mk
include $(srcdir)/tests/bench/local.mk

# the scripts take longest
TESTS += $(dist_check_SCRIPTS) $(check_PROGRAMS)
endif

# copies of these are what tests/pg/run starts
clean-local:
	rm -rf clusters
