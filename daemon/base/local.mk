noinst_LIBRARIES += libbase.a
libbase_a_SOURCES = \
	daemon/base/arena.c daemon/base/arena.h \
	daemon/base/auto.h \
	daemon/base/auto_json.h \
	daemon/base/buf.c daemon/base/buf.h \
	daemon/base/bytes.h \
	daemon/base/clock.c daemon/base/clock.h \
	daemon/base/config.c daemon/base/config.h \
	daemon/base/cursor.c daemon/base/cursor.h \
	daemon/base/err.c daemon/base/err.h \
	daemon/base/id.c daemon/base/id.h \
	daemon/base/list.h \
	daemon/base/log.c daemon/base/log.h \
	daemon/base/str.c daemon/base/str.h \
	daemon/base/xalloc.c daemon/base/xalloc.h
