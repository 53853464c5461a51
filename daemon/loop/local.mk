noinst_LIBRARIES += libloop.a
libloop_a_SOURCES = daemon/loop/loop.c daemon/loop/loop.h
