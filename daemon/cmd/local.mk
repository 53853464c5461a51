# Everything of `specimend` but its main, so that tests can link it.
noinst_LIBRARIES += libcmd.a
libcmd_a_SOURCES = \
	daemon/cmd/cmd.h \
	daemon/cmd/custody_json.c daemon/cmd/custody_json.h \
	daemon/cmd/device.c \
	daemon/cmd/device_text.c daemon/cmd/device_text.h \
	daemon/cmd/init.c \
	daemon/cmd/operator.c \
	daemon/cmd/pq.c daemon/cmd/pq.h \
	daemon/cmd/run.c \
	daemon/cmd/station_code.c \
	daemon/cmd/ship.c daemon/cmd/ship.h \
	daemon/cmd/supervisor.c daemon/cmd/supervisor.h \
	daemon/cmd/verify.c
libcmd_a_CFLAGS = $(AM_CFLAGS) $(PQ_CFLAGS) $(JANSSON_CFLAGS) $(SODIUM_CFLAGS)

bin_PROGRAMS += specimend
specimend_SOURCES = daemon/cmd/main.c
specimend_CFLAGS = $(libcmd_a_CFLAGS)
specimend_LDADD = libcmd.a libcustody.a libloop.a libbase.a $(PQ_LIBS) $(JANSSON_LIBS) $(SODIUM_LIBS)
