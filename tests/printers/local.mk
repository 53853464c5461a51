include $(srcdir)/tests/printers/page/local.mk
include $(srcdir)/tests/printers/lang/local.mk
include $(srcdir)/tests/printers/fake/local.mk
