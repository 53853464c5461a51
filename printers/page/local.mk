# Layout, drawing, proof: linked by the press only (zint, Pango, libzbar, libdmtx; jansson for templates).
PAGE_LIBS = libpage.a libbitmap.a libbase.a $(PANGO_LIBS) $(ZBAR_LIBS) $(DMTX_LIBS) $(ZINT_LIBS) $(PNG_LIBS) $(JANSSON_LIBS) -lm
noinst_LIBRARIES += libpage.a
libpage_a_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS) $(PANGO_CFLAGS) $(ZBAR_CFLAGS) $(DMTX_CFLAGS)
libpage_a_SOURCES = \
	printers/page/check.c printers/page/check.h \
	printers/page/content.c printers/page/content.h \
	printers/page/content_read.c printers/page/content_read.h \
	printers/page/decode.c printers/page/decode.h \
	printers/page/field.c \
	printers/page/geometry.c printers/page/geometry.h \
	printers/page/golden.c printers/page/golden.h \
	printers/page/latin.c printers/page/latin.h \
	printers/page/page.c printers/page/page.h \
	printers/page/paper.c printers/page/paper.h printers/page/paper_inside.h \
	printers/page/paper_proof.c \
	printers/page/paper_read.c \
	printers/page/paper_shown.c \
	printers/page/plan.c printers/page/plan.h \
	printers/page/proof.c printers/page/proof.h \
	printers/page/screen.c printers/page/screen.h \
	printers/page/shown.c printers/page/shown.h \
	printers/page/symbol.c printers/page/symbol.h \
	printers/page/template.c printers/page/template.h \
	printers/page/template_load.c \
	printers/page/template_read.c printers/page/template_read.h \
	printers/page/text.c printers/page/text.h \
	printers/page/turn.c printers/page/turn.h

templatesdir = $(pkgdatadir)/templates
dist_templates_DATA = \
	printers/templates/aliquot.json \
	printers/templates/auto12.json \
	printers/templates/auto12_ladder.json \
	printers/templates/badge.json \
	printers/templates/bag.json \
	printers/templates/biopsy_jar.json \
	printers/templates/clinic50x25.json \
	printers/templates/command.json \
	printers/templates/downtime.json \
	printers/templates/found.json \
	printers/templates/pattern.json \
	printers/templates/pattern50x25.json \
	printers/templates/separator.json \
	printers/templates/signed.json \
	printers/templates/slip.json \
	printers/templates/tube30x21.json \
	printers/templates/urine_cup.json

goldendir = $(templatesdir)/golden
dist_golden_DATA = printers/templates/golden/cases.json
