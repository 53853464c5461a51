bin_PROGRAMS += specimend
specimend_SOURCES = \
	daemon/cmd/cmd.h \
	daemon/cmd/custody_json.c daemon/cmd/custody_json.h \
	daemon/cmd/init.c \
	daemon/cmd/main.c \
	daemon/cmd/operator.c \
	daemon/cmd/pq.c daemon/cmd/pq.h \
	daemon/cmd/run.c \
	daemon/cmd/supervisor.c daemon/cmd/supervisor.h \
	daemon/cmd/verify.c
specimend_CFLAGS = $(AM_CFLAGS) $(PQ_CFLAGS) $(JANSSON_CFLAGS) $(SODIUM_CFLAGS)
specimend_LDADD = libcustody.a libloop.a libbase.a $(PQ_LIBS) $(JANSSON_LIBS) $(SODIUM_LIBS)
