noinst_LIBRARIES += libcustody.a
libcustody_a_SOURCES = \
	daemon/custody/event.c daemon/custody/event.h \
	daemon/custody/ledger.c daemon/custody/ledger.h \
	daemon/custody/merkle.c daemon/custody/merkle.h \
	daemon/custody/seal.c daemon/custody/seal.h
libcustody_a_CFLAGS = $(AM_CFLAGS) $(SODIUM_CFLAGS)
