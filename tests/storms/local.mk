# Storms: many scanners at once, plugged and unplugged without end, a bench that is killed: `make storms`, not a part of
# `make check`.
EXTRA_DIST += tests/storms/README.md tests/storms/run tests/storms/service.sh
if HAVE_UMOCKDEV
STORMS = tests/storms/flood tests/storms/many tests/storms/plugs tests/storms/kills
EXTRA_PROGRAMS += $(STORMS)
CLEANFILES += $(STORMS)
STORM_SOURCES = tests/storms/core.c tests/storms/core.h tests/storms/storm.c tests/storms/storm.h
STORM_RIG = $(STORM_SOURCES) tests/storms/rig.c tests/storms/rig.h
STORM_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS) $(LIBUSB_CFLAGS)
STORM_LIBS = $(FAKE_USB_LIBS) libbench.a liblink.a libloop.a libscanners.a libfakeprinter.a liblang.a libbitmap.a \
	libbase.a $(JANSSON_LIBS) $(ZLIB_LIBS) $(PNG_LIBS)
tests_storms_flood_SOURCES = tests/storms/flood.c tests/storms/flood.h tests/storms/flood_decoder.c \
	tests/storms/flood_disk.c tests/storms/flood_usb.c tests/storms/flood_usb.h $(STORM_SOURCES)
tests_storms_flood_CFLAGS = $(STORM_CFLAGS)
tests_storms_flood_LDFLAGS = $(FAKE_USB_LINK)
tests_storms_flood_LDADD = $(STORM_LIBS)
tests_storms_many_SOURCES = tests/storms/many.c $(STORM_RIG)
tests_storms_many_CFLAGS = $(STORM_CFLAGS)
tests_storms_many_LDFLAGS = $(FAKE_USB_LINK)
tests_storms_many_LDADD = $(STORM_LIBS)
tests_storms_plugs_SOURCES = tests/storms/plugs.c $(STORM_RIG)
tests_storms_plugs_CFLAGS = $(STORM_CFLAGS)
tests_storms_plugs_LDFLAGS = $(FAKE_USB_LINK)
tests_storms_plugs_LDADD = $(STORM_LIBS)
tests_storms_kills_SOURCES = tests/storms/kills.c $(STORM_RIG)
tests_storms_kills_CFLAGS = $(STORM_CFLAGS)
tests_storms_kills_LDFLAGS = $(FAKE_USB_LINK)
tests_storms_kills_LDADD = $(STORM_LIBS)
STORM_NEEDS = $(STORMS:=$(EXEEXT))
endif

.PHONY: storms
storms: all $(STORM_NEEDS)
	@srcdir='$(srcdir)' '$(srcdir)/tests/storms/run' || [ $$? = 77 ]
