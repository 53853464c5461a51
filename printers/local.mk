# Pure: a label's content -> a proved bitmap -> a printer's language; a printer's replies -> its truth.
EXTRA_DIST += printers/README.md
include $(srcdir)/printers/page/local.mk
include $(srcdir)/printers/lang/local.mk
