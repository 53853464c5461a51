# HL7 version 2: frames, messages, orders, answers. Pure: base and jansson, no sockets, no clock.
noinst_LIBRARIES += libhl7.a
libhl7_a_SOURCES = \
	daemon/hl7/ack.c daemon/hl7/ack.h \
	daemon/hl7/charset.c daemon/hl7/charset.h \
	daemon/hl7/fault.c daemon/hl7/fault.h \
	daemon/hl7/frame.c daemon/hl7/frame.h \
	daemon/hl7/header.c daemon/hl7/header.h \
	daemon/hl7/message.c daemon/hl7/message.h \
	daemon/hl7/order.c daemon/hl7/order.h \
	daemon/hl7/patient.c daemon/hl7/patient.h \
	daemon/hl7/profile.c daemon/hl7/profile.h \
	daemon/hl7/read.c daemon/hl7/read.h \
	daemon/hl7/specimen.c daemon/hl7/specimen.h \
	daemon/hl7/text.c \
	daemon/hl7/values.c daemon/hl7/values.h
libhl7_a_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
