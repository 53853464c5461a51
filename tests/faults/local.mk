# Random fault runs (runs.c): a short one in the tests, `make faults` for thousands.
EXTRA_DIST += tests/faults/README.md
dist_check_SCRIPTS += tests/faults/test_fault_runs.sh tests/faults/whole.sh
if HAVE_UMOCKDEV
noinst_PROGRAMS += tests/faults/fault_runs
tests_faults_fault_runs_SOURCES = tests/faults/runs.c \
	tests/faults/core.c tests/faults/core.h \
	tests/faults/faults.c tests/faults/faults.h \
	tests/faults/rig.c tests/faults/rig.h
tests_faults_fault_runs_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
tests_faults_fault_runs_LDFLAGS = $(FAKE_USB_LINK)
tests_faults_fault_runs_LDADD = $(FAKE_USB_LIBS) libbench.a liblink.a libloop.a libscanners.a \
	libfakeprinter.a liblang.a libbitmap.a libbase.a $(JANSSON_LIBS) $(ZLIB_LIBS) $(PNG_LIBS) $(LIBUSB_LIBS)
endif

.PHONY: faults
faults: all
	@srcdir='$(srcdir)' SPECIMEND_FAULT_RUNS=$${SPECIMEND_FAULT_RUNS:-2592} SPECIMEND_FAULT_PROCESSES=6 '$(srcdir)/tests/faults/test_fault_runs.sh'
	@srcdir='$(srcdir)' SPECIMEND_ROUNDS=$${SPECIMEND_ROUNDS:-40} '$(srcdir)/tests/faults/whole.sh'
