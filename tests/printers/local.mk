include $(srcdir)/tests/printers/page/local.mk
