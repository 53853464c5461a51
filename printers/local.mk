# Pure: a label's content -> a proved bitmap -> a printer's language; a printer's replies -> its truth.
EXTRA_DIST += printers/README.md

# The dots that both sides share; only who calls bitmap_png needs libpng.
noinst_LIBRARIES += libbitmap.a
libbitmap_a_CFLAGS = $(AM_CFLAGS) $(PNG_CFLAGS)
libbitmap_a_SOURCES = \
	printers/bitmap.c printers/bitmap.h \
	printers/bitmap_png.c printers/bitmap_png.h

include $(srcdir)/printers/page/local.mk
include $(srcdir)/printers/lang/local.mk
include $(srcdir)/printers/fake/local.mk
