check_PROGRAMS += tests/daemon/base/test_id
tests_daemon_base_test_id_SOURCES = tests/daemon/base/test_id.c
tests_daemon_base_test_id_LDADD = $(CHECK_LIBS)

check_PROGRAMS += tests/daemon/base/test_arena
tests_daemon_base_test_arena_SOURCES = tests/daemon/base/test_arena.c
tests_daemon_base_test_arena_LDADD = $(CHECK_LIBS)

check_PROGRAMS += tests/daemon/base/test_buf
tests_daemon_base_test_buf_SOURCES = tests/daemon/base/test_buf.c
tests_daemon_base_test_buf_LDADD = $(CHECK_LIBS)

check_PROGRAMS += tests/daemon/base/test_config
tests_daemon_base_test_config_SOURCES = tests/daemon/base/test_config.c
tests_daemon_base_test_config_LDADD = $(CHECK_LIBS)

check_PROGRAMS += tests/daemon/base/test_cursor
tests_daemon_base_test_cursor_SOURCES = tests/daemon/base/test_cursor.c
tests_daemon_base_test_cursor_LDADD = $(CHECK_LIBS)

check_PROGRAMS += tests/daemon/base/test_err
tests_daemon_base_test_err_SOURCES = tests/daemon/base/test_err.c
tests_daemon_base_test_err_LDADD = $(CHECK_LIBS)

check_PROGRAMS += tests/daemon/base/test_list
tests_daemon_base_test_list_SOURCES = tests/daemon/base/test_list.c
tests_daemon_base_test_list_LDADD = $(CHECK_LIBS)

check_PROGRAMS += tests/daemon/base/test_log
tests_daemon_base_test_log_SOURCES = tests/daemon/base/test_log.c
tests_daemon_base_test_log_LDADD = $(CHECK_LIBS)

check_PROGRAMS += tests/daemon/base/test_str
tests_daemon_base_test_str_SOURCES = tests/daemon/base/test_str.c
tests_daemon_base_test_str_LDADD = $(CHECK_LIBS)

check_PROGRAMS += tests/daemon/base/test_xalloc
tests_daemon_base_test_xalloc_SOURCES = tests/daemon/base/test_xalloc.c
tests_daemon_base_test_xalloc_LDADD = $(CHECK_LIBS)
EXTRA_DIST += tests/data/id/vectors.tsv
