LOOP_RIG = tests/daemon/loop/loop_rig.h
check_PROGRAMS += tests/daemon/loop/test_loop tests/daemon/loop/test_loop_fd tests/daemon/loop/test_loop_timer
tests_daemon_loop_test_loop_SOURCES = tests/daemon/loop/test_loop.c $(LOOP_RIG)
tests_daemon_loop_test_loop_LDADD = libloop.a $(CHECK_LIBS)
tests_daemon_loop_test_loop_fd_SOURCES = tests/daemon/loop/test_loop_fd.c $(LOOP_RIG)
tests_daemon_loop_test_loop_fd_LDADD = libloop.a $(CHECK_LIBS)
tests_daemon_loop_test_loop_timer_SOURCES = tests/daemon/loop/test_loop_timer.c $(LOOP_RIG)
tests_daemon_loop_test_loop_timer_LDADD = libloop.a $(CHECK_LIBS)
