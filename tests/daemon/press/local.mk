check_LIBRARIES += libpresstest.a
libpresstest_a_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
libpresstest_a_SOURCES = tests/daemon/press/core_end.c tests/daemon/press/core_end.h
PRESS_TEST_LIBS = libpresstest.a libcheck.a $(PRESS_LIBS) $(CUNIT_LIBS)
PRESS_TEST_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS) $(SODIUM_CFLAGS)

check_PROGRAMS += \
	tests/daemon/press/test_label tests/daemon/press/test_main \
	tests/daemon/press/test_pin tests/daemon/press/test_press \
	tests/daemon/press/test_press_templates
tests_daemon_press_test_label_CFLAGS = $(PRESS_TEST_CFLAGS)
tests_daemon_press_test_label_LDADD = $(PRESS_TEST_LIBS)
tests_daemon_press_test_main_CFLAGS = $(PRESS_TEST_CFLAGS)
tests_daemon_press_test_main_LDADD = $(PRESS_TEST_LIBS)
tests_daemon_press_test_pin_CFLAGS = $(PRESS_TEST_CFLAGS)
tests_daemon_press_test_pin_LDADD = $(PRESS_TEST_LIBS)
PRESS_RIG = tests/daemon/press/press_rig.h
tests_daemon_press_test_press_SOURCES = tests/daemon/press/test_press.c $(PRESS_RIG)
tests_daemon_press_test_press_CFLAGS = $(PRESS_TEST_CFLAGS)
tests_daemon_press_test_press_LDADD = $(PRESS_TEST_LIBS)
tests_daemon_press_test_press_templates_SOURCES = tests/daemon/press/test_press_templates.c $(PRESS_RIG)
tests_daemon_press_test_press_templates_CFLAGS = $(PRESS_TEST_CFLAGS)
tests_daemon_press_test_press_templates_LDADD = $(PRESS_TEST_LIBS)
