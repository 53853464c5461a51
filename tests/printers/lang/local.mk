EXTRA_DIST += tests/data/zpl/README.md tests/data/zpl/label-20x3.zpl tests/data/zpl/hs-ok.bin \
	tests/data/zpl/hqes-ok.bin tests/data/zpl/label-20x3-ascii.zpl \
	tests/data/epl2/README.md tests/data/epl2/label-20x3.epl \
	tests/data/tspl/README.md tests/data/tspl/label-20x3.tspl
EXTRA_DIST += tests/data/brother/README.md tests/data/brother/label-102x150.bin \
	tests/data/brother/page-62.bin tests/data/dymo/README.md tests/data/dymo/label-20x3.bin
check_LIBRARIES += liblangcheck.a
liblangcheck_a_SOURCES = \
	tests/printers/lang/answers.c tests/printers/lang/answers.h \
	tests/printers/lang/labels.c tests/printers/lang/labels.h \
	tests/printers/lang/streams.c tests/printers/lang/streams.h
LANG_CHECK_LIBS = liblangcheck.a liblang.a libbitmap.a $(CHECK_LIBS) $(ZLIB_LIBS)
check_PROGRAMS += \
	tests/printers/lang/test_driver \
	tests/printers/lang/test_languages \
	tests/printers/lang/brother/test_encode \
	tests/printers/lang/brother/test_expand \
	tests/printers/lang/brother/test_media \
	tests/printers/lang/brother/test_status \
	tests/printers/lang/dymo/test_encode \
	tests/printers/lang/dymo/test_expand \
	tests/printers/lang/dymo/test_status \
	tests/printers/lang/epl2/test_encode \
	tests/printers/lang/epl2/test_expand \
	tests/printers/lang/epl2/test_status \
	tests/printers/lang/tspl/test_encode \
	tests/printers/lang/tspl/test_expand \
	tests/printers/lang/tspl/test_status \
	tests/printers/lang/zpl/test_ascii \
	tests/printers/lang/zpl/test_crc \
	tests/printers/lang/zpl/test_encode \
	tests/printers/lang/zpl/test_expand \
	tests/printers/lang/zpl/test_status
tests_printers_lang_test_driver_SOURCES = tests/printers/lang/test_driver.c
tests_printers_lang_test_driver_LDADD = $(LANG_CHECK_LIBS)
tests_printers_lang_test_languages_SOURCES = tests/printers/lang/test_languages.c
tests_printers_lang_test_languages_LDADD = $(LANG_CHECK_LIBS)
tests_printers_lang_epl2_test_encode_SOURCES = tests/printers/lang/epl2/test_encode.c
tests_printers_lang_epl2_test_encode_LDADD = $(LANG_CHECK_LIBS)
tests_printers_lang_epl2_test_expand_SOURCES = tests/printers/lang/epl2/test_expand.c
tests_printers_lang_epl2_test_expand_LDADD = $(LANG_CHECK_LIBS)
tests_printers_lang_epl2_test_status_SOURCES = tests/printers/lang/epl2/test_status.c
tests_printers_lang_epl2_test_status_LDADD = $(LANG_CHECK_LIBS)
tests_printers_lang_tspl_test_encode_SOURCES = tests/printers/lang/tspl/test_encode.c
tests_printers_lang_tspl_test_encode_LDADD = $(LANG_CHECK_LIBS)
tests_printers_lang_tspl_test_expand_SOURCES = tests/printers/lang/tspl/test_expand.c
tests_printers_lang_tspl_test_expand_LDADD = $(LANG_CHECK_LIBS)
tests_printers_lang_tspl_test_status_SOURCES = tests/printers/lang/tspl/test_status.c
tests_printers_lang_tspl_test_status_LDADD = $(LANG_CHECK_LIBS)
tests_printers_lang_zpl_test_ascii_SOURCES = tests/printers/lang/zpl/test_ascii.c
tests_printers_lang_zpl_test_ascii_LDADD = $(LANG_CHECK_LIBS)
tests_printers_lang_zpl_test_crc_SOURCES = tests/printers/lang/zpl/test_crc.c
tests_printers_lang_zpl_test_crc_LDADD = $(LANG_CHECK_LIBS)
tests_printers_lang_zpl_test_encode_SOURCES = tests/printers/lang/zpl/test_encode.c
tests_printers_lang_zpl_test_encode_LDADD = $(LANG_CHECK_LIBS)
tests_printers_lang_zpl_test_expand_SOURCES = tests/printers/lang/zpl/test_expand.c
tests_printers_lang_zpl_test_expand_LDADD = $(LANG_CHECK_LIBS)
tests_printers_lang_zpl_test_status_SOURCES = tests/printers/lang/zpl/test_status.c
tests_printers_lang_zpl_test_status_LDADD = $(LANG_CHECK_LIBS)
tests_printers_lang_brother_test_encode_SOURCES = tests/printers/lang/brother/test_encode.c
tests_printers_lang_brother_test_encode_LDADD = $(LANG_CHECK_LIBS)
tests_printers_lang_brother_test_expand_SOURCES = tests/printers/lang/brother/test_expand.c
tests_printers_lang_brother_test_expand_LDADD = $(LANG_CHECK_LIBS)
tests_printers_lang_brother_test_media_SOURCES = tests/printers/lang/brother/test_media.c
tests_printers_lang_brother_test_media_LDADD = $(LANG_CHECK_LIBS)
tests_printers_lang_brother_test_status_SOURCES = tests/printers/lang/brother/test_status.c
tests_printers_lang_brother_test_status_LDADD = $(LANG_CHECK_LIBS)
tests_printers_lang_dymo_test_encode_SOURCES = tests/printers/lang/dymo/test_encode.c
tests_printers_lang_dymo_test_encode_LDADD = $(LANG_CHECK_LIBS)
tests_printers_lang_dymo_test_expand_SOURCES = tests/printers/lang/dymo/test_expand.c
tests_printers_lang_dymo_test_expand_LDADD = $(LANG_CHECK_LIBS)
tests_printers_lang_dymo_test_status_SOURCES = tests/printers/lang/dymo/test_status.c
tests_printers_lang_dymo_test_status_LDADD = $(LANG_CHECK_LIBS)
