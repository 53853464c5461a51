EXTRA_DIST += tests/daemon/core/fake_api.sql
check_LIBRARIES += librig.a
librig_a_SOURCES = tests/daemon/core/rig.c tests/daemon/core/rig.h
librig_a_CFLAGS = $(AM_CFLAGS) $(CORE_CFLAGS)
CORE_CHECK = librig.a libcheck.a $(CORE_LIBS) $(CUNIT_LIBS)
check_PROGRAMS += \
	tests/daemon/core/test_db \
	tests/daemon/core/test_feed \
	tests/daemon/core/test_found \
	tests/daemon/core/test_http \
	tests/daemon/core/test_station
tests_daemon_core_test_db_SOURCES = tests/daemon/core/test_db.c
tests_daemon_core_test_db_CFLAGS = $(AM_CFLAGS) $(CORE_CFLAGS)
tests_daemon_core_test_db_LDADD = $(CORE_CHECK)

check_PROGRAMS += tests/daemon/core/test_mllp
tests_daemon_core_test_mllp_SOURCES = tests/daemon/core/test_mllp.c
tests_daemon_core_test_mllp_CFLAGS = $(AM_CFLAGS) $(CORE_CFLAGS)
tests_daemon_core_test_mllp_LDADD = libcheck.a $(CORE_LIBS) $(CUNIT_LIBS)
tests_daemon_core_test_http_SOURCES = tests/daemon/core/test_http.c
tests_daemon_core_test_http_CFLAGS = $(AM_CFLAGS) $(CORE_CFLAGS)
tests_daemon_core_test_http_LDADD = $(CORE_CHECK)
tests_daemon_core_test_feed_SOURCES = tests/daemon/core/test_feed.c
tests_daemon_core_test_feed_CFLAGS = $(AM_CFLAGS) $(CORE_CFLAGS)
tests_daemon_core_test_feed_LDADD = $(CORE_CHECK)
tests_daemon_core_test_found_SOURCES = tests/daemon/core/test_found.c
tests_daemon_core_test_found_CFLAGS = $(AM_CFLAGS) $(CORE_CFLAGS)
tests_daemon_core_test_found_LDADD = $(CORE_CHECK)
tests_daemon_core_test_station_SOURCES = tests/daemon/core/test_station.c
tests_daemon_core_test_station_CFLAGS = $(AM_CFLAGS) $(CORE_CFLAGS)
tests_daemon_core_test_station_LDADD = $(CORE_CHECK)
