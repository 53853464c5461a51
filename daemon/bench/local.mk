noinst_LIBRARIES += libbench.a
libbench_a_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS) $(PNG_CFLAGS) $(LIBUSB_CFLAGS)
libbench_a_SOURCES = \
	daemon/bench/bench.c daemon/bench/bench.h \
	daemon/bench/device_list.c daemon/bench/device_list.h \
	daemon/bench/deadline.h \
	daemon/bench/devices.c \
	daemon/bench/enrolment.c daemon/bench/enrolment.h \
	daemon/bench/inside.h \
	daemon/bench/ledger.c daemon/bench/ledger.h \
	daemon/bench/pass.c daemon/bench/pass.h \
	daemon/bench/pass_keyboard.c daemon/bench/pass_keyboard.h \
	daemon/bench/pass_serial.c \
	daemon/bench/pass_tcp.c \
	daemon/bench/printer.c daemon/bench/printer.h daemon/bench/printer_inside.h \
	daemon/bench/printer_heard.c \
	daemon/bench/printer_label.c \
	daemon/bench/printer_proof.c \
	daemon/bench/printer_round.c \
	daemon/bench/requests.c \
	daemon/bench/scanner.c daemon/bench/scanner.h \
	daemon/bench/tcp_address.c daemon/bench/tcp_address.h \
	daemon/bench/tcp_printer.c daemon/bench/tcp_printer.h \
	daemon/bench/told.c \
	daemon/bench/told_enrol.c \
	daemon/bench/told_faults.c \
	daemon/bench/told_usb.c \
	daemon/bench/transport.c daemon/bench/transport.h \
	daemon/bench/tray.c daemon/bench/tray.h \
	daemon/bench/uinput.c daemon/bench/uinput.h \
	daemon/bench/usb/usb.c daemon/bench/usb/usb.h daemon/bench/usb/inside.h \
	daemon/bench/usb/context.c \
	daemon/bench/usb/descriptor.c daemon/bench/usb/descriptor.h \
	daemon/bench/usb/found.c daemon/bench/usb/found.h \
	daemon/bench/usb/identity.c daemon/bench/usb/identity.h \
	daemon/bench/usb/language.c daemon/bench/usb/language.h \
	daemon/bench/usb/plug.c daemon/bench/usb/plug.h \
	daemon/bench/usb/ftdi.c daemon/bench/usb/ftdi.h \
	daemon/bench/usb/line.c \
	daemon/bench/usb/metro.c daemon/bench/usb/metro.h \
	daemon/bench/usb/port.c \
	daemon/bench/usb/protocol.c daemon/bench/usb/protocol.h \
	daemon/bench/usb/scanner_port.c \
	daemon/bench/usb/printer_class.c \
	daemon/bench/usb/quirk.c daemon/bench/usb/quirk.h \
	daemon/bench/usb/hid.c \
	daemon/bench/usb/session.c \
	daemon/bench/usb/sha256.c daemon/bench/usb/sha256.h \
	daemon/bench/virtual_printer.c daemon/bench/virtual_printer.h \
	daemon/bench/virtual_scanner.c daemon/bench/virtual_scanner.h
BENCH_LIBS = libbench.a liblink.a libloop.a libscanners.a libfakeprinter.a liblang.a libbitmap.a

pkglibexec_PROGRAMS += specimend-bench
specimend_bench_SOURCES = daemon/bench/main.c
specimend_bench_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
specimend_bench_LDADD = $(BENCH_LIBS) libbase.a $(JANSSON_LIBS) $(ZLIB_LIBS) $(PNG_LIBS) \
	$(LIBUSB_LIBS)
