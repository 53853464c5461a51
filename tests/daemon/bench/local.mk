BENCH_CHECK_LIBS = libbench.a liblink.a libloop.a libscanners.a libfakeprinter.a liblang.a \
	libbitmap.a $(CHECK_LIBS) $(JANSSON_LIBS) $(ZLIB_LIBS) $(PNG_LIBS) $(LIBUSB_LIBS)
BENCH_FAKES = tests/daemon/bench/fake_port.c tests/daemon/bench/fake_port.h
BENCH_RIG = tests/daemon/bench/bench_rig.h \
	tests/daemon/bench/fake_core.c tests/daemon/bench/fake_core.h $(BENCH_FAKES)

check_PROGRAMS += \
	tests/daemon/bench/test_bench \
	tests/daemon/bench/test_bench_print \
	tests/daemon/bench/test_bench_lead \
	tests/daemon/bench/test_bench_scan \
	tests/daemon/bench/test_device_list \
	tests/daemon/bench/test_ledger \
	tests/daemon/bench/test_bench_pass \
	tests/daemon/bench/test_pass \
	tests/daemon/bench/test_pass_ways \
	tests/daemon/bench/test_printer \
	tests/daemon/bench/test_printer_heard \
	tests/daemon/bench/test_printer_ends \
	tests/daemon/bench/test_printer_label \
	tests/daemon/bench/test_printer_bytes \
	tests/daemon/bench/test_printer_next \
	tests/daemon/bench/test_printer_languages \
	tests/daemon/bench/test_printer_proof \
	tests/daemon/bench/test_enrolment \
	tests/daemon/bench/test_scanner \
	tests/daemon/bench/test_scanner_line \
	tests/daemon/bench/test_tcp_address \
	tests/daemon/bench/test_tcp_printer \
	tests/daemon/bench/test_tcp_printer_hangs \
	tests/daemon/bench/test_transport \
	tests/daemon/bench/test_tray \
	tests/daemon/bench/usb/test_descriptor \
	tests/daemon/bench/usb/test_found \
	tests/daemon/bench/usb/test_ftdi \
	tests/daemon/bench/usb/test_identity \
	tests/daemon/bench/usb/test_language \
	tests/daemon/bench/usb/test_plug \
	tests/daemon/bench/usb/test_protocol \
	tests/daemon/bench/usb/test_sha256 \
	tests/daemon/bench/test_virtual_printer
tests_daemon_bench_test_bench_SOURCES = tests/daemon/bench/test_bench.c $(BENCH_RIG)
tests_daemon_bench_test_bench_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
tests_daemon_bench_test_bench_LDADD = $(BENCH_CHECK_LIBS)
tests_daemon_bench_test_bench_print_SOURCES = tests/daemon/bench/test_bench_print.c $(BENCH_RIG)
tests_daemon_bench_test_bench_print_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
tests_daemon_bench_test_bench_print_LDADD = $(BENCH_CHECK_LIBS)
tests_daemon_bench_test_bench_lead_SOURCES = tests/daemon/bench/test_bench_lead.c $(BENCH_RIG)
tests_daemon_bench_test_bench_lead_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
tests_daemon_bench_test_bench_lead_LDADD = $(BENCH_CHECK_LIBS)
tests_daemon_bench_test_bench_scan_SOURCES = tests/daemon/bench/test_bench_scan.c $(BENCH_RIG)
tests_daemon_bench_test_bench_scan_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
tests_daemon_bench_test_bench_scan_LDADD = $(BENCH_CHECK_LIBS)
tests_daemon_bench_test_bench_pass_SOURCES = tests/daemon/bench/test_bench_pass.c \
	tests/daemon/bench/fake_way.h $(BENCH_RIG)
tests_daemon_bench_test_bench_pass_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
tests_daemon_bench_test_bench_pass_LDADD = $(BENCH_CHECK_LIBS)
tests_daemon_bench_test_pass_SOURCES = tests/daemon/bench/test_pass.c \
	tests/daemon/bench/fake_way.h $(BENCH_FAKES)
tests_daemon_bench_test_pass_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
tests_daemon_bench_test_pass_LDADD = $(BENCH_CHECK_LIBS)
tests_daemon_bench_test_pass_ways_SOURCES = tests/daemon/bench/test_pass_ways.c $(BENCH_FAKES)
tests_daemon_bench_test_pass_ways_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
tests_daemon_bench_test_pass_ways_LDADD = $(BENCH_CHECK_LIBS) -lutil
tests_daemon_bench_test_device_list_SOURCES = tests/daemon/bench/test_device_list.c
tests_daemon_bench_test_device_list_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
tests_daemon_bench_test_device_list_LDADD = $(BENCH_CHECK_LIBS)
tests_daemon_bench_test_ledger_SOURCES = tests/daemon/bench/test_ledger.c
tests_daemon_bench_test_ledger_LDADD = libbench.a $(CHECK_LIBS)
tests_daemon_bench_test_printer_SOURCES = tests/daemon/bench/test_printer.c \
	tests/daemon/bench/printer_rig.h $(BENCH_FAKES)
tests_daemon_bench_test_printer_LDADD = $(BENCH_CHECK_LIBS)
tests_daemon_bench_test_printer_ends_SOURCES = tests/daemon/bench/test_printer_ends.c \
	tests/daemon/bench/printer_rig.h $(BENCH_FAKES)
tests_daemon_bench_test_printer_ends_LDADD = $(BENCH_CHECK_LIBS)
tests_daemon_bench_test_printer_label_SOURCES = tests/daemon/bench/test_printer_label.c \
	tests/daemon/bench/printer_rig.h $(BENCH_FAKES)
tests_daemon_bench_test_printer_label_LDADD = $(BENCH_CHECK_LIBS)
tests_daemon_bench_test_printer_bytes_SOURCES = tests/daemon/bench/test_printer_bytes.c \
	tests/daemon/bench/printer_rig.h $(BENCH_FAKES)
tests_daemon_bench_test_printer_bytes_LDADD = $(BENCH_CHECK_LIBS)
tests_daemon_bench_test_printer_next_SOURCES = tests/daemon/bench/test_printer_next.c \
	tests/daemon/bench/printer_rig.h $(BENCH_FAKES)
tests_daemon_bench_test_printer_next_LDADD = $(BENCH_CHECK_LIBS)
tests_daemon_bench_test_printer_proof_SOURCES = tests/daemon/bench/test_printer_proof.c \
	tests/daemon/bench/printer_rig.h $(BENCH_FAKES)
tests_daemon_bench_test_printer_proof_LDADD = $(BENCH_CHECK_LIBS)
tests_daemon_bench_test_printer_heard_SOURCES = tests/daemon/bench/test_printer_heard.c \
	tests/daemon/bench/printer_rig.h $(BENCH_FAKES)
tests_daemon_bench_test_printer_heard_LDADD = $(BENCH_CHECK_LIBS)
tests_daemon_bench_test_printer_languages_SOURCES = \
	tests/daemon/bench/test_printer_languages.c $(BENCH_FAKES)
tests_daemon_bench_test_printer_languages_LDADD = liblangcheck.a $(BENCH_CHECK_LIBS)
tests_daemon_bench_test_enrolment_SOURCES = tests/daemon/bench/test_enrolment.c $(BENCH_FAKES)
tests_daemon_bench_test_enrolment_LDADD = $(BENCH_CHECK_LIBS)
tests_daemon_bench_test_scanner_SOURCES = tests/daemon/bench/test_scanner.c \
	tests/daemon/bench/scanner_rig.h $(BENCH_FAKES)
tests_daemon_bench_test_scanner_line_SOURCES = tests/daemon/bench/test_scanner_line.c \
	tests/daemon/bench/scanner_rig.h $(BENCH_FAKES)
tests_daemon_bench_test_scanner_line_LDADD = $(BENCH_CHECK_LIBS)
tests_daemon_bench_test_scanner_LDADD = $(BENCH_CHECK_LIBS)
tests_daemon_bench_test_tcp_address_SOURCES = tests/daemon/bench/test_tcp_address.c
tests_daemon_bench_test_tcp_address_LDADD = libbench.a $(CHECK_LIBS)
TCP_RIG = tests/daemon/bench/tcp_rig.h
tests_daemon_bench_test_tcp_printer_SOURCES = tests/daemon/bench/test_tcp_printer.c $(TCP_RIG)
tests_daemon_bench_test_tcp_printer_LDADD = librawprinter.a liblangcheck.a $(BENCH_CHECK_LIBS)
tests_daemon_bench_test_tcp_printer_hangs_SOURCES = tests/daemon/bench/test_tcp_printer_hangs.c $(TCP_RIG)
tests_daemon_bench_test_tcp_printer_hangs_LDADD = librawprinter.a liblangcheck.a $(BENCH_CHECK_LIBS)
tests_daemon_bench_test_transport_SOURCES = tests/daemon/bench/test_transport.c
tests_daemon_bench_test_transport_LDADD = $(BENCH_CHECK_LIBS)
tests_daemon_bench_test_tray_SOURCES = tests/daemon/bench/test_tray.c
tests_daemon_bench_test_tray_LDADD = libbench.a $(CHECK_LIBS)
tests_daemon_bench_usb_test_descriptor_SOURCES = tests/daemon/bench/usb/test_descriptor.c
tests_daemon_bench_usb_test_descriptor_LDADD = libbench.a $(CHECK_LIBS)
tests_daemon_bench_usb_test_language_SOURCES = tests/daemon/bench/usb/test_language.c
tests_daemon_bench_usb_test_language_LDADD = libbench.a liblang.a libbitmap.a $(CHECK_LIBS) \
	$(ZLIB_LIBS)
tests_daemon_bench_usb_test_found_SOURCES = tests/daemon/bench/usb/test_found.c
tests_daemon_bench_usb_test_found_LDADD = libbench.a libscanners.a $(CHECK_LIBS)
tests_daemon_bench_usb_test_ftdi_SOURCES = tests/daemon/bench/usb/test_ftdi.c
tests_daemon_bench_usb_test_ftdi_LDADD = libbench.a libscanners.a $(CHECK_LIBS)
tests_daemon_bench_usb_test_identity_SOURCES = tests/daemon/bench/usb/test_identity.c
tests_daemon_bench_usb_test_identity_LDADD = libbench.a $(CHECK_LIBS)
tests_daemon_bench_usb_test_plug_SOURCES = tests/daemon/bench/usb/test_plug.c
tests_daemon_bench_usb_test_plug_LDADD = libbench.a $(CHECK_LIBS)
tests_daemon_bench_usb_test_sha256_SOURCES = tests/daemon/bench/usb/test_sha256.c
tests_daemon_bench_usb_test_sha256_LDADD = libbench.a $(CHECK_LIBS)
tests_daemon_bench_usb_test_protocol_SOURCES = tests/daemon/bench/usb/test_protocol.c
tests_daemon_bench_usb_test_protocol_LDADD = libbench.a libscanners.a $(CHECK_LIBS)
tests_daemon_bench_test_virtual_printer_SOURCES = tests/daemon/bench/test_virtual_printer.c $(BENCH_FAKES)
tests_daemon_bench_test_virtual_printer_LDADD = $(BENCH_CHECK_LIBS)

# Real libusb over a fake bus (tests/usb); without umockdev these are skipped.
check_PROGRAMS += \
	tests/daemon/bench/usb/test_usb \
	tests/daemon/bench/usb/test_daemon \
	tests/daemon/bench/usb/test_daemon_kinds \
	tests/daemon/bench/usb/test_faults \
	tests/daemon/bench/usb/test_languages \
	tests/daemon/bench/usb/test_port \
	tests/daemon/bench/usb/test_printer_class \
	tests/daemon/bench/usb/test_hid \
	tests/daemon/bench/usb/test_hid_faults \
	tests/daemon/bench/usb/test_held \
	tests/daemon/bench/usb/test_keyboard \
	tests/daemon/bench/usb/test_converter \
	tests/daemon/bench/usb/test_line \
	tests/daemon/bench/usb/test_many \
	tests/daemon/bench/usb/test_metro \
	tests/daemon/bench/usb/test_names \
	tests/daemon/bench/usb/test_pulled \
	tests/daemon/bench/usb/test_snapi
tests_daemon_bench_usb_test_usb_SOURCES = tests/daemon/bench/usb/test_usb.c \
	tests/daemon/bench/usb/usb_rig.h
tests_daemon_bench_usb_test_names_SOURCES = tests/daemon/bench/usb/test_names.c \
	tests/daemon/bench/usb/usb_rig.h
tests_daemon_bench_usb_test_daemon_SOURCES = tests/daemon/bench/usb/test_daemon.c \
	tests/daemon/bench/usb/daemon_rig.h
tests_daemon_bench_usb_test_daemon_kinds_SOURCES = \
	tests/daemon/bench/usb/test_daemon_kinds.c tests/daemon/bench/usb/daemon_rig.h
tests_daemon_bench_usb_test_faults_SOURCES = tests/daemon/bench/usb/test_faults.c
tests_daemon_bench_usb_test_languages_SOURCES = tests/daemon/bench/usb/test_languages.c
tests_daemon_bench_usb_test_port_SOURCES = tests/daemon/bench/usb/test_port.c \
	tests/daemon/bench/usb/printer_rig.h
tests_daemon_bench_usb_test_printer_class_SOURCES = tests/daemon/bench/usb/test_printer_class.c \
	tests/daemon/bench/usb/printer_rig.h
tests_daemon_bench_usb_test_hid_SOURCES = tests/daemon/bench/usb/test_hid.c \
	tests/daemon/bench/usb/hid_rig.h
tests_daemon_bench_usb_test_held_SOURCES = tests/daemon/bench/usb/test_held.c \
	tests/daemon/bench/usb/hid_rig.h
tests_daemon_bench_usb_test_hid_faults_SOURCES = tests/daemon/bench/usb/test_hid_faults.c \
	tests/daemon/bench/usb/hid_rig.h
tests_daemon_bench_usb_test_keyboard_SOURCES = tests/daemon/bench/usb/test_keyboard.c
tests_daemon_bench_usb_test_converter_SOURCES = tests/daemon/bench/usb/test_converter.c
tests_daemon_bench_usb_test_line_SOURCES = tests/daemon/bench/usb/test_line.c
tests_daemon_bench_usb_test_metro_SOURCES = tests/daemon/bench/usb/test_metro.c
tests_daemon_bench_usb_test_many_SOURCES = tests/daemon/bench/usb/test_many.c
tests_daemon_bench_usb_test_pulled_SOURCES = tests/daemon/bench/usb/test_pulled.c
tests_daemon_bench_usb_test_snapi_SOURCES = tests/daemon/bench/usb/test_snapi.c
if HAVE_UMOCKDEV
check_LIBRARIES += libusbtable.a
libusbtable_a_CFLAGS = $(AM_CFLAGS)
libusbtable_a_SOURCES = tests/daemon/bench/usb/table.c tests/daemon/bench/usb/table.h
USB_TABLE_CFLAGS = $(AM_CFLAGS) -DHAVE_UMOCKDEV
USB_TABLE_LIBS = libusbtable.a $(FAKE_USB_LIBS) $(BENCH_CHECK_LIBS)
tests_daemon_bench_usb_test_names_CFLAGS = $(USB_TABLE_CFLAGS)
tests_daemon_bench_usb_test_names_LDFLAGS = $(FAKE_USB_LINK)
tests_daemon_bench_usb_test_names_LDADD = $(USB_TABLE_LIBS)
tests_daemon_bench_usb_test_usb_CFLAGS = $(USB_TABLE_CFLAGS) $(LIBUSB_CFLAGS)
tests_daemon_bench_usb_test_usb_LDFLAGS = $(FAKE_USB_LINK)
tests_daemon_bench_usb_test_usb_LDADD = $(USB_TABLE_LIBS)
tests_daemon_bench_usb_test_daemon_CFLAGS = $(USB_TABLE_CFLAGS) $(JANSSON_CFLAGS)
tests_daemon_bench_usb_test_daemon_LDFLAGS = $(FAKE_USB_LINK)
tests_daemon_bench_usb_test_daemon_LDADD = $(USB_TABLE_LIBS)
tests_daemon_bench_usb_test_daemon_kinds_CFLAGS = $(USB_TABLE_CFLAGS) $(JANSSON_CFLAGS)
tests_daemon_bench_usb_test_daemon_kinds_LDFLAGS = $(FAKE_USB_LINK)
tests_daemon_bench_usb_test_daemon_kinds_LDADD = $(USB_TABLE_LIBS)
tests_daemon_bench_usb_test_faults_CFLAGS = $(USB_TABLE_CFLAGS)
tests_daemon_bench_usb_test_faults_LDFLAGS = $(FAKE_USB_LINK)
tests_daemon_bench_usb_test_faults_LDADD = $(USB_TABLE_LIBS)
tests_daemon_bench_usb_test_languages_CFLAGS = $(USB_TABLE_CFLAGS)
tests_daemon_bench_usb_test_languages_LDFLAGS = $(FAKE_USB_LINK)
tests_daemon_bench_usb_test_languages_LDADD = liblangcheck.a $(USB_TABLE_LIBS)
tests_daemon_bench_usb_test_port_CFLAGS = $(USB_TABLE_CFLAGS)
tests_daemon_bench_usb_test_port_LDFLAGS = $(FAKE_USB_LINK)
tests_daemon_bench_usb_test_port_LDADD = $(USB_TABLE_LIBS)
tests_daemon_bench_usb_test_printer_class_CFLAGS = $(USB_TABLE_CFLAGS)
tests_daemon_bench_usb_test_printer_class_LDFLAGS = $(FAKE_USB_LINK)
tests_daemon_bench_usb_test_printer_class_LDADD = $(USB_TABLE_LIBS)
tests_daemon_bench_usb_test_hid_CFLAGS = $(USB_TABLE_CFLAGS)
tests_daemon_bench_usb_test_hid_LDFLAGS = $(FAKE_USB_LINK)
tests_daemon_bench_usb_test_hid_LDADD = $(USB_TABLE_LIBS)
tests_daemon_bench_usb_test_held_CFLAGS = $(USB_TABLE_CFLAGS)
tests_daemon_bench_usb_test_held_LDFLAGS = $(FAKE_USB_LINK)
tests_daemon_bench_usb_test_held_LDADD = $(USB_TABLE_LIBS)
tests_daemon_bench_usb_test_hid_faults_CFLAGS = $(USB_TABLE_CFLAGS)
tests_daemon_bench_usb_test_hid_faults_LDFLAGS = $(FAKE_USB_LINK)
tests_daemon_bench_usb_test_hid_faults_LDADD = $(USB_TABLE_LIBS)
tests_daemon_bench_usb_test_keyboard_CFLAGS = $(USB_TABLE_CFLAGS)
tests_daemon_bench_usb_test_keyboard_LDFLAGS = $(FAKE_USB_LINK)
tests_daemon_bench_usb_test_keyboard_LDADD = $(USB_TABLE_LIBS)
tests_daemon_bench_usb_test_converter_CFLAGS = $(USB_TABLE_CFLAGS)
tests_daemon_bench_usb_test_converter_LDFLAGS = $(FAKE_USB_LINK)
tests_daemon_bench_usb_test_converter_LDADD = $(USB_TABLE_LIBS)
tests_daemon_bench_usb_test_line_CFLAGS = $(USB_TABLE_CFLAGS)
tests_daemon_bench_usb_test_line_LDFLAGS = $(FAKE_USB_LINK)
tests_daemon_bench_usb_test_line_LDADD = $(USB_TABLE_LIBS)
tests_daemon_bench_usb_test_metro_CFLAGS = $(USB_TABLE_CFLAGS)
tests_daemon_bench_usb_test_metro_LDFLAGS = $(FAKE_USB_LINK)
tests_daemon_bench_usb_test_metro_LDADD = $(USB_TABLE_LIBS)
tests_daemon_bench_usb_test_many_CFLAGS = $(USB_TABLE_CFLAGS)
tests_daemon_bench_usb_test_many_LDFLAGS = $(FAKE_USB_LINK)
tests_daemon_bench_usb_test_many_LDADD = $(USB_TABLE_LIBS)
tests_daemon_bench_usb_test_pulled_CFLAGS = $(USB_TABLE_CFLAGS)
tests_daemon_bench_usb_test_pulled_LDFLAGS = $(FAKE_USB_LINK)
tests_daemon_bench_usb_test_pulled_LDADD = $(USB_TABLE_LIBS)
tests_daemon_bench_usb_test_snapi_CFLAGS = $(USB_TABLE_CFLAGS)
tests_daemon_bench_usb_test_snapi_LDFLAGS = $(FAKE_USB_LINK)
tests_daemon_bench_usb_test_snapi_LDADD = $(USB_TABLE_LIBS)
endif
