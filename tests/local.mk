# Suites mirror the folders: tests/<folder>/test_<file>.c. One program and one CUnit suite per file.
EXTRA_DIST += tests/README.md
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
include $(srcdir)/tests/daemon/bench/local.mk
include $(srcdir)/tests/daemon/press/local.mk
include $(srcdir)/tests/daemon/cmd/local.mk
include $(srcdir)/tests/printers/local.mk
include $(srcdir)/tests/scanners/local.mk
include $(srcdir)/tests/schema/local.mk
include $(srcdir)/tests/scenario/local.mk
include $(srcdir)/tests/fuzz/local.mk
TESTS += $(check_PROGRAMS) $(dist_check_SCRIPTS)
endif
