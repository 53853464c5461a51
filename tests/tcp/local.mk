# Printers with an address, on the loopback.
check_LIBRARIES += librawprinter.a
librawprinter_a_CFLAGS = $(AM_CFLAGS)
librawprinter_a_SOURCES = tests/tcp/raw_printer.c tests/tcp/raw_printer.h

noinst_PROGRAMS += tests/tcp/printer
tests_tcp_printer_SOURCES = tests/tcp/printer.c tests/tcp/raw_printer.c tests/tcp/raw_printer.h
tests_tcp_printer_LDADD = libloop.a libfakeprinter.a liblang.a libbitmap.a libbase.a $(ZLIB_LIBS)
EXTRA_DIST += tests/tcp/README.md
