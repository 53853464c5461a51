check_PROGRAMS += tests/daemon/loop/test_loop
tests_daemon_loop_test_loop_SOURCES = tests/daemon/loop/test_loop.c
tests_daemon_loop_test_loop_LDADD = libloop.a $(CHECK_LIBS)
