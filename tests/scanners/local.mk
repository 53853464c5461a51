check_PROGRAMS += tests/scanners/test_plain
tests_scanners_test_plain_SOURCES = tests/scanners/test_plain.c
tests_scanners_test_plain_LDADD = libscanners.a $(CHECK_LIBS)
