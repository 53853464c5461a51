check_PROGRAMS += tests/printers/page/test_bitmap
tests_printers_page_test_bitmap_SOURCES = tests/printers/page/test_bitmap.c
tests_printers_page_test_bitmap_CFLAGS = $(AM_CFLAGS) $(PNG_CFLAGS)
tests_printers_page_test_bitmap_LDADD = libbitmap.a $(CHECK_LIBS) $(PNG_LIBS)

# These see the two fonts of labels only, so that "no font has it" is the same everywhere.
TESTS_ENVIRONMENT += FONTCONFIG_FILE='$(abs_top_srcdir)/tests/data/page/fonts.conf';
TESTS_ENVIRONMENT += export FONTCONFIG_FILE;
TESTS_ENVIRONMENT += LSAN_OPTIONS='suppressions=$(abs_top_srcdir)/tests/data/page/lsan.supp:print_suppressions=0';
TESTS_ENVIRONMENT += export LSAN_OPTIONS;
EXTRA_DIST += tests/data/page/fonts.conf tests/data/page/lsan.supp tests/data/page/names.txt

check_LIBRARIES += libpagetest.a
libpagetest_a_SOURCES = \
	tests/printers/page/fixture.c tests/printers/page/fixture.h \
	tests/printers/page/people.c tests/printers/page/people.h
PAGE_TEST_LIBS = libpagetest.a libcheck.a $(PAGE_LIBS) $(CUNIT_LIBS)

check_PROGRAMS += \
	tests/printers/page/test_bad_labels \
	tests/printers/page/test_content tests/printers/page/test_geometry \
	tests/printers/page/test_golden tests/printers/page/test_latin tests/printers/page/test_shown \
	tests/printers/page/test_page tests/printers/page/test_paper tests/printers/page/test_plan tests/printers/page/test_proof \
	tests/printers/page/test_screen tests/printers/page/test_symbol tests/printers/page/test_template_load \
	tests/printers/page/test_template_read tests/printers/page/test_text tests/printers/page/test_turn
tests_printers_page_test_bad_labels_LDADD = $(PAGE_TEST_LIBS)
tests_printers_page_test_content_LDADD = $(PAGE_TEST_LIBS)
tests_printers_page_test_geometry_LDADD = $(PAGE_TEST_LIBS)
tests_printers_page_test_golden_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
tests_printers_page_test_golden_LDADD = $(PAGE_TEST_LIBS)
tests_printers_page_test_latin_CFLAGS = $(AM_CFLAGS) $(PANGO_CFLAGS)
tests_printers_page_test_latin_LDADD = $(PAGE_TEST_LIBS)
tests_printers_page_test_page_LDADD = $(PAGE_TEST_LIBS)
tests_printers_page_test_paper_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS) $(PANGO_CFLAGS)
tests_printers_page_test_paper_LDADD = $(PAGE_TEST_LIBS)
tests_printers_page_test_plan_LDADD = $(PAGE_TEST_LIBS)
tests_printers_page_test_proof_LDADD = $(PAGE_TEST_LIBS)
tests_printers_page_test_shown_CFLAGS = $(AM_CFLAGS) $(PANGO_CFLAGS)
tests_printers_page_test_shown_LDADD = $(PAGE_TEST_LIBS)
tests_printers_page_test_screen_LDADD = $(PAGE_TEST_LIBS)
tests_printers_page_test_symbol_LDADD = $(PAGE_TEST_LIBS)
tests_printers_page_test_template_load_LDADD = $(PAGE_TEST_LIBS)
tests_printers_page_test_template_read_LDADD = $(PAGE_TEST_LIBS)
tests_printers_page_test_turn_LDADD = $(PAGE_TEST_LIBS)
tests_printers_page_test_text_CFLAGS = $(AM_CFLAGS) $(PANGO_CFLAGS)
tests_printers_page_test_text_LDADD = $(PAGE_TEST_LIBS)

# Every made-up label as PNG, for eyes and for the oracles; and what a proof costs.
noinst_PROGRAMS += tests/printers/page/page_sample tests/printers/page/page_speed
tests_printers_page_page_sample_SOURCES = tests/printers/page/page_sample.c \
	tests/printers/page/people.c tests/printers/page/people.h
tests_printers_page_page_sample_LDADD = libcheck.a $(PAGE_LIBS) $(CUNIT_LIBS)
tests_printers_page_page_speed_SOURCES = tests/printers/page/page_speed.c \
	tests/printers/page/people.c tests/printers/page/people.h
tests_printers_page_page_speed_LDADD = libcheck.a $(PAGE_LIBS) $(CUNIT_LIBS)
dist_check_SCRIPTS += tests/printers/page/oracle.sh

noinst_PROGRAMS += tests/printers/page/paper_sample
tests_printers_page_paper_sample_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
tests_printers_page_paper_sample_LDADD = $(PAGE_LIBS)
dist_check_SCRIPTS += tests/printers/page/paper_oracle.sh
