# make fuzz-check: each target over its stored inputs and FUZZ_SECONDS (5) more; make fuzz: a minute each.
# FUZZ=config takes one only. tests/fuzz/run.sh says the rest.
EXTRA_DIST += tests/fuzz/run.sh tests/fuzz/fuzz.h tests/fuzz/expand.h tests/fuzz/line.h \
	tests/fuzz/fuzz_ack.c \
	tests/fuzz/fuzz_brother_expand.c \
	tests/fuzz/fuzz_brother_status.c \
	tests/fuzz/fuzz_config.c \
	tests/fuzz/fuzz_cursor.c \
	tests/fuzz/fuzz_dechdr.c \
	tests/fuzz/fuzz_dymo_expand.c \
	tests/fuzz/fuzz_dymo_status.c \
	tests/fuzz/fuzz_enrol.c \
	tests/fuzz/fuzz_epl2_expand.c \
	tests/fuzz/fuzz_epl2_status.c \
	tests/fuzz/fuzz_ftdi.c \
	tests/fuzz/fuzz_gs1.c \
	tests/fuzz/fuzz_hibc.c \
	tests/fuzz/fuzz_hid_pos.c \
	tests/fuzz/fuzz_hid_report.c \
	tests/fuzz/fuzz_hl7.c \
	tests/fuzz/fuzz_link.c \
	tests/fuzz/fuzz_opc.c \
	tests/fuzz/fuzz_serial.c \
	tests/fuzz/fuzz_snapi.c \
	tests/fuzz/fuzz_ssi.c \
	tests/fuzz/fuzz_tspl_expand.c \
	tests/fuzz/fuzz_tspl_status.c \
	tests/fuzz/fuzz_template.c \
	tests/fuzz/fuzz_usb_descriptor.c \
	tests/fuzz/fuzz_wedge.c \
	tests/fuzz/fuzz_zpl_expand.c \
	tests/fuzz/fuzz_zpl_status.c \
	tests/data/fuzz

FUZZ =
FUZZ_RUN = srcdir=$(srcdir) FUZZ_CPPFLAGS="$(JANSSON_CFLAGS)" $(SHELL) $(srcdir)/tests/fuzz/run.sh

.PHONY: fuzz fuzz-check
fuzz-check:
	$(FUZZ_RUN) $(FUZZ)
fuzz:
	FUZZ_SECONDS=60 $(FUZZ_RUN) $(FUZZ)
