# cmd
check_PROGRAMS += tests/daemon/cmd/test_supervisor
tests_daemon_cmd_test_supervisor_SOURCES = tests/daemon/cmd/test_supervisor.c \
	tests/daemon/cmd/fake_role.c tests/daemon/cmd/fake_role.h \
	daemon/cmd/supervisor.c daemon/cmd/supervisor.h
tests_daemon_cmd_test_supervisor_LDADD = libloop.a $(CHECK_LIBS)

check_PROGRAMS += tests/daemon/cmd/test_run
tests_daemon_cmd_test_run_SOURCES = tests/daemon/cmd/test_run.c \
	tests/daemon/cmd/fake_role.c tests/daemon/cmd/fake_role.h
tests_daemon_cmd_test_run_LDADD = $(CHECK_LIBS)
EXTRA_tests_daemon_cmd_test_run_DEPENDENCIES = specimend$(EXEEXT)

check_PROGRAMS += tests/daemon/cmd/test_custody_json
tests_daemon_cmd_test_custody_json_SOURCES = tests/daemon/cmd/test_custody_json.c
tests_daemon_cmd_test_custody_json_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
tests_daemon_cmd_test_custody_json_LDADD = libcmd.a libcustody.a $(CHECK_LIBS) $(JANSSON_LIBS) $(SODIUM_LIBS)

dist_check_SCRIPTS += tests/daemon/cmd/verify.sh

check_PROGRAMS += tests/daemon/cmd/test_device_text
tests_daemon_cmd_test_device_text_SOURCES = tests/daemon/cmd/test_device_text.c
tests_daemon_cmd_test_device_text_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
tests_daemon_cmd_test_device_text_LDADD = libcmd.a $(CHECK_LIBS) $(JANSSON_LIBS)

dist_check_SCRIPTS += tests/daemon/cmd/device.sh
