check_PROGRAMS += tests/daemon/base/test_id
tests_daemon_base_test_id_SOURCES = tests/daemon/base/test_id.c
tests_daemon_base_test_id_LDADD = $(CHECK_LIBS)
