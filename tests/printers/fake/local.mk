check_PROGRAMS += tests/printers/fake/test_fake_printer
tests_printers_fake_test_fake_printer_SOURCES = tests/printers/fake/test_fake_printer.c
tests_printers_fake_test_fake_printer_LDADD = liblangcheck.a libfakeprinter.a liblang.a libbitmap.a \
	$(CHECK_LIBS) $(ZLIB_LIBS)
