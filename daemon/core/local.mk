pkglibexec_PROGRAMS += specimend-core
specimend_core_SOURCES = daemon/core/main.c
specimend_core_CFLAGS = $(AM_CFLAGS) $(CORE_CFLAGS)
specimend_core_LDADD = $(CORE_LIBS)

noinst_LIBRARIES += libcore.a
CORE_CFLAGS = $(PQ_CFLAGS) $(MICROHTTPD_CFLAGS) $(JANSSON_CFLAGS) $(SODIUM_CFLAGS)
CORE_LIBS = libcore.a libscanners.a libhl7.a liblink.a libloop.a libbase.a \
	$(MICROHTTPD_LIBS) $(PQ_LIBS) $(JANSSON_LIBS) $(SODIUM_LIBS)
libcore_a_CFLAGS = $(AM_CFLAGS) $(CORE_CFLAGS)
libcore_a_SOURCES = \
	daemon/core/calls.c daemon/core/calls.h \
	daemon/core/core.c daemon/core/core.h \
	daemon/core/db.c daemon/core/db.h daemon/core/db_inside.h \
	daemon/core/db_conn.c \
	daemon/core/db_state.c \
	daemon/core/devices.c daemon/core/devices.h \
	daemon/core/enrol.c daemon/core/enrol.h \
	daemon/core/feed.c daemon/core/feed.h \
	daemon/core/found.c daemon/core/found.h \
	daemon/core/files.c daemon/core/files.h \
	daemon/core/gate.c daemon/core/gate.h \
	daemon/core/host.c daemon/core/host.h \
	daemon/core/http.c daemon/core/http.h daemon/core/http_inside.h \
	daemon/core/http_reply.c \
	daemon/core/http_request.c \
	daemon/core/kept.c daemon/core/kept.h \
	daemon/core/listening.c daemon/core/listening.h \
	daemon/core/mllp.c daemon/core/mllp.h \
	daemon/core/mllp_peer.c daemon/core/mllp_peer.h \
	daemon/core/orders.c daemon/core/orders.h \
	daemon/core/papers.c daemon/core/papers.h \
	daemon/core/pass.c daemon/core/pass.h \
	daemon/core/printing.c daemon/core/printing.h daemon/core/printing_inside.h \
	daemon/core/printing_job.c \
	daemon/core/printing_report.c \
	daemon/core/roles.c daemon/core/roles.h \
	daemon/core/routes.c daemon/core/routes.h \
	daemon/core/said.c daemon/core/said.h \
	daemon/core/sealer.c daemon/core/sealer.h \
	daemon/core/session.c daemon/core/session.h \
	daemon/core/station.c daemon/core/station.h \
	daemon/core/station_bench.c \
	daemon/core/talks.c daemon/core/talks.h \
	daemon/core/templates.c daemon/core/templates.h \
	daemon/core/token.c daemon/core/token.h \
	daemon/core/truth.c daemon/core/truth.h \
	daemon/core/virtuals.c daemon/core/virtuals.h \
	daemon/core/when.h
