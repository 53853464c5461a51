# The real bench on a real kernel, in qemu: `make system-check`, not a part of `make check`.
EXTRA_DIST += tests/system/README.md tests/system/init tests/system/run
SYSTEM_CHECK_NEEDS = specimend-bench$(EXEEXT)
if HAVE_UMOCKDEV
EXTRA_PROGRAMS += tests/system/test_kernel
CLEANFILES += tests/system/test_kernel
SYSTEM_CHECK_NEEDS += tests/system/test_kernel$(EXEEXT)
tests_system_test_kernel_SOURCES = tests/system/test_kernel.c tests/system/umock_kernel.c \
	tests/system/typist.c tests/system/typist.h tests/system/strict.c tests/system/strict.h \
	tests/daemon/bench/usb/daemon_rig.h
tests_system_test_kernel_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
tests_system_test_kernel_LDADD = libusbtable.a $(FAKEBUS_LIBS) $(BENCH_CHECK_LIBS)
endif

.PHONY: system-check
system-check: $(SYSTEM_CHECK_NEEDS)
	@'$(srcdir)/tests/system/run' || [ $$? = 77 ]
