# A fake USB bus and device models; with umockdev, the real libusb runs over them without hardware.
EXTRA_DIST += tests/usb/README.md
check_LIBRARIES += libfakebus.a
libfakebus_a_SOURCES = \
	tests/usb/bus.c tests/usb/bus.h tests/usb/bus_inside.h \
	tests/usb/bus_drivers.c \
	tests/usb/bus_pipes.c \
	tests/usb/bus_requests.c \
	tests/usb/model.c tests/usb/model.h \
	tests/usb/model_composite.c tests/usb/model_composite.h \
	tests/usb/model_ftdi.c tests/usb/model_ftdi.h \
	tests/usb/model_hid_pos.c tests/usb/model_hid_pos.h \
	tests/usb/model_keyboard.c tests/usb/model_keyboard.h \
	tests/usb/model_line.c tests/usb/model_line.h \
	tests/usb/model_metro.c tests/usb/model_metro.h \
	tests/usb/model_other.c tests/usb/model_other.h \
	tests/usb/model_printer.c tests/usb/model_printer.h \
	tests/usb/model_snapi.c tests/usb/model_snapi.h
FAKEBUS_LIBS = libfakebus.a libfakeprinter.a liblang.a libbitmap.a

BUS_RIG = tests/usb/bus_rig.h tests/usb/puppet.c tests/usb/puppet.h
BUS_CHECK = $(FAKEBUS_LIBS) $(CHECK_LIBS) $(ZLIB_LIBS)
check_PROGRAMS += \
	tests/usb/test_bus \
	tests/usb/test_bus_drivers \
	tests/usb/test_bus_pipes \
	tests/usb/test_bus_requests
tests_usb_test_bus_SOURCES = tests/usb/test_bus.c $(BUS_RIG)
tests_usb_test_bus_LDADD = $(BUS_CHECK)
tests_usb_test_bus_drivers_SOURCES = tests/usb/test_bus_drivers.c $(BUS_RIG)
tests_usb_test_bus_drivers_LDADD = $(BUS_CHECK)
tests_usb_test_bus_pipes_SOURCES = tests/usb/test_bus_pipes.c $(BUS_RIG)
tests_usb_test_bus_pipes_LDADD = $(BUS_CHECK)
tests_usb_test_bus_requests_SOURCES = tests/usb/test_bus_requests.c $(BUS_RIG)
tests_usb_test_bus_requests_LDADD = $(BUS_CHECK)

MODEL_CHECK = $(FAKEBUS_LIBS) libscanners.a $(CHECK_LIBS) $(ZLIB_LIBS)
check_PROGRAMS += \
	tests/usb/test_model_hid_pos \
	tests/usb/test_model_other \
	tests/usb/test_model_printer
tests_usb_test_model_hid_pos_SOURCES = tests/usb/test_model_hid_pos.c tests/usb/host_rig.h $(SCANNER_SAMPLES)
tests_usb_test_model_hid_pos_LDADD = $(MODEL_CHECK)
tests_usb_test_model_other_SOURCES = tests/usb/test_model_other.c tests/usb/host_rig.h
tests_usb_test_model_other_LDADD = $(MODEL_CHECK)
tests_usb_test_model_printer_SOURCES = tests/usb/test_model_printer.c tests/usb/host_rig.h
tests_usb_test_model_printer_LDADD = $(MODEL_CHECK)

# The preload library has to come before everything that opens files; it is linked, so nothing is preloaded.
check_PROGRAMS += \
	tests/usb/test_umock \
	tests/usb/test_umock_printer \
	tests/usb/test_umock_scanner
tests_usb_test_umock_SOURCES = tests/usb/test_umock.c tests/usb/umock_rig.h
tests_usb_test_umock_printer_SOURCES = tests/usb/test_umock_printer.c tests/usb/umock_rig.h
tests_usb_test_umock_scanner_SOURCES = tests/usb/test_umock_scanner.c tests/usb/umock_rig.h
if HAVE_UMOCKDEV
check_LIBRARIES += libumock.a
libumock_a_CFLAGS = $(AM_CFLAGS) $(UMOCKDEV_CFLAGS)
libumock_a_SOURCES = \
	tests/usb/umock.c tests/usb/umock.h tests/usb/umock_inside.h \
	tests/usb/umock_usbfs.c
FAKE_USB_LINK = $(AM_LDFLAGS) -Wl,--push-state,--no-as-needed -lumockdev-preload -Wl,--pop-state
FAKE_USB_LIBS = libumock.a $(FAKEBUS_LIBS) $(UMOCKDEV_LIBS) -lutil
noinst_PROGRAMS += tests/usb/harness
tests_usb_harness_SOURCES = tests/usb/harness.c \
	tests/usb/harness_devices.c tests/usb/harness_devices.h tests/usb/harness_inside.h \
	tests/usb/harness_kinds.c \
	tests/usb/harness_printer.c tests/usb/harness_scan_all.c tests/usb/harness_scanner.c
tests_usb_harness_LDFLAGS = $(FAKE_USB_LINK)
tests_usb_harness_LDADD = $(FAKE_USB_LIBS) libbase.a $(ZLIB_LIBS) $(PNG_LIBS)
noinst_PROGRAMS += tests/usb/echo_host
tests_usb_echo_host_SOURCES = tests/usb/echo_host.c
tests_usb_echo_host_CFLAGS = $(AM_CFLAGS) $(LIBUSB_CFLAGS)
tests_usb_echo_host_LDADD = $(LIBUSB_LIBS)
UMOCK_CFLAGS = $(AM_CFLAGS) $(LIBUSB_CFLAGS) -DHAVE_UMOCKDEV
UMOCK_CHECK = $(FAKE_USB_LIBS) $(CHECK_LIBS) $(LIBUSB_LIBS) $(ZLIB_LIBS)
tests_usb_test_umock_CFLAGS = $(UMOCK_CFLAGS)
tests_usb_test_umock_LDFLAGS = $(FAKE_USB_LINK)
tests_usb_test_umock_LDADD = $(UMOCK_CHECK)
tests_usb_test_umock_printer_CFLAGS = $(UMOCK_CFLAGS)
tests_usb_test_umock_printer_LDFLAGS = $(FAKE_USB_LINK)
tests_usb_test_umock_printer_LDADD = $(UMOCK_CHECK)
tests_usb_test_umock_scanner_CFLAGS = $(UMOCK_CFLAGS)
tests_usb_test_umock_scanner_LDFLAGS = $(FAKE_USB_LINK)
tests_usb_test_umock_scanner_LDADD = $(UMOCK_CHECK)
endif
dist_check_SCRIPTS += tests/usb/test_harness.sh
