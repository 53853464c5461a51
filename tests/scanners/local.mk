check_PROGRAMS += tests/scanners/test_ack tests/scanners/test_code_date tests/scanners/test_gs1 tests/scanners/test_hibc \
	tests/scanners/test_driver \
	tests/scanners/test_dechdr tests/scanners/test_opc tests/scanners/test_plain tests/scanners/test_hid_report \
	tests/scanners/test_hid_pos tests/scanners/test_keyboard tests/scanners/test_serial \
	tests/scanners/test_snapi tests/scanners/test_ssi tests/scanners/test_wedge tests/scanners/test_enrol
EXTRA_DIST += tests/data/aim/names.tsv
tests_scanners_test_plain_SOURCES = tests/scanners/test_plain.c tests/scanners/reading.h
tests_scanners_test_plain_LDADD = libscanners.a $(CHECK_LIBS)

tests_scanners_test_driver_SOURCES = tests/scanners/test_driver.c
tests_scanners_test_driver_LDADD = libscanners.a $(CHECK_LIBS)

SCANNER_SAMPLES = tests/scanners/samples.c tests/scanners/samples.h
tests_scanners_test_hid_report_SOURCES = tests/scanners/test_hid_report.c $(SCANNER_SAMPLES)
tests_scanners_test_hid_report_LDADD = libscanners.a $(CHECK_LIBS)

tests_scanners_test_hid_pos_SOURCES = tests/scanners/test_hid_pos.c tests/scanners/reading.h \
	$(SCANNER_SAMPLES)
tests_scanners_test_hid_pos_LDADD = libscanners.a $(CHECK_LIBS)

tests_scanners_test_keyboard_SOURCES = tests/scanners/test_keyboard.c
tests_scanners_test_keyboard_LDADD = libscanners.a $(CHECK_LIBS)

tests_scanners_test_wedge_SOURCES = tests/scanners/test_wedge.c tests/scanners/reading.h \
	$(SCANNER_SAMPLES)
tests_scanners_test_wedge_LDADD = libscanners.a $(CHECK_LIBS)

tests_scanners_test_serial_SOURCES = tests/scanners/test_serial.c
tests_scanners_test_serial_LDADD = libscanners.a $(CHECK_LIBS)

tests_scanners_test_ack_SOURCES = tests/scanners/test_ack.c
tests_scanners_test_ack_LDADD = libscanners.a $(CHECK_LIBS)

tests_scanners_test_ssi_SOURCES = tests/scanners/test_ssi.c tests/scanners/line_rig.h $(SCANNER_SAMPLES)
tests_scanners_test_ssi_LDADD = libscanners.a $(CHECK_LIBS)

tests_scanners_test_snapi_SOURCES = tests/scanners/test_snapi.c tests/scanners/reading.h
tests_scanners_test_snapi_LDADD = libscanners.a $(CHECK_LIBS)

tests_scanners_test_dechdr_SOURCES = tests/scanners/test_dechdr.c tests/scanners/line_rig.h
tests_scanners_test_dechdr_LDADD = libscanners.a $(CHECK_LIBS)

tests_scanners_test_opc_SOURCES = tests/scanners/test_opc.c tests/scanners/line_rig.h $(SCANNER_SAMPLES)
tests_scanners_test_opc_LDADD = libscanners.a $(CHECK_LIBS)

tests_scanners_test_code_date_SOURCES = tests/scanners/test_code_date.c
tests_scanners_test_code_date_LDADD = libscanners.a $(CHECK_LIBS)

tests_scanners_test_gs1_SOURCES = tests/scanners/test_gs1.c
tests_scanners_test_gs1_LDADD = libscanners.a $(CHECK_LIBS)

tests_scanners_test_hibc_SOURCES = tests/scanners/test_hibc.c
tests_scanners_test_hibc_LDADD = libscanners.a $(CHECK_LIBS)

tests_scanners_test_enrol_SOURCES = tests/scanners/test_enrol.c $(SCANNER_SAMPLES)
tests_scanners_test_enrol_LDADD = libscanners.a $(CHECK_LIBS)
