EXTRA_DIST += tests/daemon/core/fake_api.sql
check_LIBRARIES += librig.a
librig_a_SOURCES = tests/daemon/core/rig.c tests/daemon/core/rig.h
librig_a_CFLAGS = $(AM_CFLAGS) $(CORE_CFLAGS)
CORE_CHECK = librig.a libcheck.a $(CORE_LIBS) $(CUNIT_LIBS)
check_PROGRAMS += \
	tests/daemon/core/test_db
tests_daemon_core_test_db_SOURCES = tests/daemon/core/test_db.c
tests_daemon_core_test_db_CFLAGS = $(AM_CFLAGS) $(CORE_CFLAGS)
tests_daemon_core_test_db_LDADD = $(CORE_CHECK)

check_PROGRAMS += tests/daemon/core/test_mllp
tests_daemon_core_test_mllp_SOURCES = tests/daemon/core/test_mllp.c
tests_daemon_core_test_mllp_CFLAGS = $(AM_CFLAGS) $(CORE_CFLAGS)
tests_daemon_core_test_mllp_LDADD = libcheck.a $(CORE_LIBS) $(CUNIT_LIBS)
