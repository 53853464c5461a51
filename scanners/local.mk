# Pure: a scanner's reports -> a scan; a verdict -> the bytes that make it beep.
EXTRA_DIST += scanners/README.md
noinst_LIBRARIES += libscanners.a
libscanners_a_SOURCES = \
	scanners/ack.c scanners/ack.h \
	scanners/code_date.c scanners/code_date.h \
	scanners/dechdr.c scanners/dechdr.h \
	scanners/driver.c scanners/driver.h \
	scanners/enrol.c scanners/enrol.h \
	scanners/gs1.c scanners/gs1.h \
	scanners/hibc.c scanners/hibc.h \
	scanners/hid_field.c \
	scanners/hid_pos.c scanners/hid_pos.h \
	scanners/hid_report.c scanners/hid_report.h \
	scanners/keyboard.c scanners/keyboard.h \
	scanners/line.c scanners/line.h \
	scanners/maker.c scanners/maker.h \
	scanners/opc.c scanners/opc.h \
	scanners/plain.c scanners/plain.h \
	scanners/serial.c scanners/serial.h \
	scanners/snapi.c scanners/snapi.h \
	scanners/ssi.c scanners/ssi.h \
	scanners/symbology.c scanners/symbology.h \
	scanners/wedge.c scanners/wedge.h \
	scanners/zebra.c scanners/zebra.h
