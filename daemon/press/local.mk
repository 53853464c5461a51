# The press: page, languages and PINs; no database, no network, no devices.
PRESS_LIBS = libpress.a liblink.a libloop.a liblang.a $(PAGE_LIBS) $(JANSSON_LIBS) $(SODIUM_LIBS) $(ZLIB_LIBS)
noinst_LIBRARIES += libpress.a
libpress_a_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS) $(SODIUM_CFLAGS)
libpress_a_SOURCES = \
	daemon/press/design.c daemon/press/design.h \
	daemon/press/label.c daemon/press/label.h \
	daemon/press/pin.c daemon/press/pin.h \
	daemon/press/press.c daemon/press/press.h

pkglibexec_PROGRAMS += specimend-press
specimend_press_SOURCES = daemon/press/main.c
specimend_press_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS) $(SODIUM_CFLAGS)
specimend_press_LDADD = $(PRESS_LIBS)
