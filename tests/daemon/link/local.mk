LINK_CHECK_LIBS = liblink.a libloop.a $(CHECK_LIBS) $(JANSSON_LIBS)

check_PROGRAMS += tests/daemon/link/test_frame
tests_daemon_link_test_frame_SOURCES = tests/daemon/link/test_frame.c
tests_daemon_link_test_frame_LDADD = $(LINK_CHECK_LIBS)

check_PROGRAMS += tests/daemon/link/test_transfer
tests_daemon_link_test_transfer_SOURCES = tests/daemon/link/test_transfer.c
tests_daemon_link_test_transfer_LDADD = $(LINK_CHECK_LIBS)

check_PROGRAMS += tests/daemon/link/test_message
tests_daemon_link_test_message_SOURCES = tests/daemon/link/test_message.c
tests_daemon_link_test_message_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
tests_daemon_link_test_message_LDADD = $(LINK_CHECK_LIBS)

check_PROGRAMS += tests/daemon/link/test_link
tests_daemon_link_test_link_SOURCES = tests/daemon/link/test_link.c tests/daemon/link/link_rig.h \
	tests/daemon/link/ends.c tests/daemon/link/ends.h
tests_daemon_link_test_link_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
tests_daemon_link_test_link_LDADD = $(LINK_CHECK_LIBS)

check_PROGRAMS += tests/daemon/link/test_receive
tests_daemon_link_test_receive_SOURCES = tests/daemon/link/test_receive.c \
	tests/daemon/link/ends.c tests/daemon/link/ends.h
tests_daemon_link_test_receive_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
tests_daemon_link_test_receive_LDADD = $(LINK_CHECK_LIBS)

check_PROGRAMS += tests/daemon/link/test_send
tests_daemon_link_test_send_SOURCES = tests/daemon/link/test_send.c tests/daemon/link/link_rig.h \
	tests/daemon/link/ends.c tests/daemon/link/ends.h
tests_daemon_link_test_send_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
tests_daemon_link_test_send_LDADD = $(LINK_CHECK_LIBS)
