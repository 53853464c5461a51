# Printers that are none, in every language (base, printers/bitmap and printers/lang only).
noinst_LIBRARIES += libfakeprinter.a
libfakeprinter_a_CFLAGS = $(AM_CFLAGS)
libfakeprinter_a_SOURCES = \
	printers/fake/fake_printer.c printers/fake/fake_printer.h \
	printers/fake/fake_language.h \
	printers/fake/fake_brother.c \
	printers/fake/fake_dymo.c \
	printers/fake/fake_epl2.c \
	printers/fake/fake_tspl.c \
	printers/fake/fake_zpl.c
