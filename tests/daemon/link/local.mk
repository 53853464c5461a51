LINK_CHECK_LIBS = liblink.a libloop.a $(CHECK_LIBS) $(JANSSON_LIBS)

check_PROGRAMS += tests/daemon/link/test_link
tests_daemon_link_test_link_SOURCES = tests/daemon/link/test_link.c \
	tests/daemon/link/ends.c tests/daemon/link/ends.h
tests_daemon_link_test_link_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
tests_daemon_link_test_link_LDADD = $(LINK_CHECK_LIBS)
