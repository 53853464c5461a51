noinst_LIBRARIES += liblink.a
liblink_a_SOURCES = \
	daemon/link/frame.c daemon/link/frame.h \
	daemon/link/inside.h \
	daemon/link/link.c daemon/link/link.h \
	daemon/link/listener.c \
	daemon/link/message.c daemon/link/message.h \
	daemon/link/receive.c \
	daemon/link/send.c \
	daemon/link/socket.c daemon/link/socket.h \
	daemon/link/transfer.c daemon/link/transfer.h
liblink_a_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
