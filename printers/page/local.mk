# Layout, drawing, proof: linked by the press only (zint, Pango, libzbar, libdmtx).
PAGE_LIBS = libpage.a libbitmap.a libbase.a $(PANGO_LIBS) $(ZBAR_LIBS) $(DMTX_LIBS) $(ZINT_LIBS) $(PNG_LIBS)
noinst_LIBRARIES += libpage.a
libpage_a_CFLAGS = $(AM_CFLAGS) $(PANGO_CFLAGS) $(ZBAR_CFLAGS) $(DMTX_CFLAGS)
libpage_a_SOURCES = \
	printers/page/check.c printers/page/check.h \
	printers/page/content.c printers/page/content.h \
	printers/page/decode.c printers/page/decode.h \
	printers/page/field.c \
	printers/page/geometry.c printers/page/geometry.h \
	printers/page/page.c printers/page/page.h \
	printers/page/plan.c printers/page/plan.h \
	printers/page/proof.c printers/page/proof.h \
	printers/page/symbol.c printers/page/symbol.h \
	printers/page/template.c printers/page/template.h \
	printers/page/text.c printers/page/text.h
