HL7_CHECK_LIBS = libhl7.a $(CHECK_LIBS) $(JANSSON_LIBS)
check_PROGRAMS += \
	tests/daemon/hl7/test_ack \
	tests/daemon/hl7/test_charset \
	tests/daemon/hl7/test_frame \
	tests/daemon/hl7/test_message \
	tests/daemon/hl7/test_read \
	tests/daemon/hl7/test_values
tests_daemon_hl7_test_ack_SOURCES = tests/daemon/hl7/test_ack.c
tests_daemon_hl7_test_ack_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
tests_daemon_hl7_test_ack_LDADD = $(HL7_CHECK_LIBS)
tests_daemon_hl7_test_charset_SOURCES = tests/daemon/hl7/test_charset.c
tests_daemon_hl7_test_charset_LDADD = $(HL7_CHECK_LIBS)
tests_daemon_hl7_test_frame_SOURCES = tests/daemon/hl7/test_frame.c
tests_daemon_hl7_test_frame_LDADD = $(HL7_CHECK_LIBS)
tests_daemon_hl7_test_message_SOURCES = tests/daemon/hl7/test_message.c
tests_daemon_hl7_test_message_LDADD = $(HL7_CHECK_LIBS)
tests_daemon_hl7_test_read_SOURCES = tests/daemon/hl7/test_read.c
tests_daemon_hl7_test_read_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
tests_daemon_hl7_test_read_LDADD = $(HL7_CHECK_LIBS)
tests_daemon_hl7_test_values_SOURCES = tests/daemon/hl7/test_values.c
tests_daemon_hl7_test_values_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
tests_daemon_hl7_test_values_LDADD = $(HL7_CHECK_LIBS)
EXTRA_DIST += \
	tests/data/hl7/birth-date.json \
	tests/data/hl7/cancel.json \
	tests/data/hl7/crlf.hl7 \
	tests/data/hl7/crlf.json \
	tests/data/hl7/delimiters.hl7 \
	tests/data/hl7/delimiters.json \
	tests/data/hl7/lab-cancel.json \
	tests/data/hl7/lab-change.json \
	tests/data/hl7/lab-order.json \
	tests/data/hl7/latin1.hl7 \
	tests/data/hl7/latin1.json \
	tests/data/hl7/linefeeds.hl7 \
	tests/data/hl7/linefeeds.json \
	tests/data/hl7/order.json \
	tests/data/hl7/unmapped.json \
	tests/data/hl7/urine-culture.json \
	tests/data/hl7/urine.json
