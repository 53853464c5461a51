check_PROGRAMS += tests/printers/page/test_bitmap
tests_printers_page_test_bitmap_SOURCES = tests/printers/page/test_bitmap.c
tests_printers_page_test_bitmap_CFLAGS = $(AM_CFLAGS) $(PNG_CFLAGS)
tests_printers_page_test_bitmap_LDADD = libbitmap.a $(CHECK_LIBS) $(PNG_LIBS)
