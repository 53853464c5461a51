# Languages: bytes in, bytes out (base, printers/bitmap and zlib only).
noinst_LIBRARIES += liblang.a
liblang_a_CFLAGS = $(AM_CFLAGS) $(ZLIB_CFLAGS)
liblang_a_SOURCES = \
	printers/lang/driver.c printers/lang/driver.h \
	printers/lang/null.c \
	printers/lang/reader.c printers/lang/reader.h printers/lang/reader_class.h \
	printers/lang/expansion.c printers/lang/expansion.h \
	printers/lang/lines.c printers/lang/lines.h \
	printers/lang/epl2/encode.c printers/lang/epl2/encode.h \
	printers/lang/epl2/expand.c printers/lang/epl2/expand.h \
	printers/lang/epl2/status.c printers/lang/epl2/status.h \
	printers/lang/epl2/epl2.c \
	printers/lang/tspl/encode.c printers/lang/tspl/encode.h \
	printers/lang/tspl/expand.c printers/lang/tspl/expand.h \
	printers/lang/tspl/status.c printers/lang/tspl/status.h \
	printers/lang/tspl/tspl.c \
	printers/lang/zpl/ascii_encode.c printers/lang/zpl/ascii_encode.h \
	printers/lang/zpl/ascii_expand.c printers/lang/zpl/ascii_expand.h \
	printers/lang/brother/brother.c \
	printers/lang/brother/encode.c printers/lang/brother/encode.h \
	printers/lang/brother/expand.c printers/lang/brother/expand.h \
	printers/lang/brother/media.c printers/lang/brother/media.h \
	printers/lang/brother/status.c printers/lang/brother/status.h \
	printers/lang/dymo/dymo.c \
	printers/lang/dymo/encode.c printers/lang/dymo/encode.h \
	printers/lang/dymo/expand.c printers/lang/dymo/expand.h \
	printers/lang/dymo/status.c printers/lang/dymo/status.h \
	printers/lang/zpl/crc.c printers/lang/zpl/crc.h \
	printers/lang/zpl/encode.c printers/lang/zpl/encode.h \
	printers/lang/zpl/expand.c printers/lang/zpl/expand.h \
	printers/lang/zpl/status.c printers/lang/zpl/status.h \
	printers/lang/zpl/zpl.c
LANG_LIBS = liblang.a libbitmap.a libbase.a $(ZLIB_LIBS)
