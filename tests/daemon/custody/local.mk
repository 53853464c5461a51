check_PROGRAMS += tests/daemon/custody/test_ledger
tests_daemon_custody_test_ledger_SOURCES = tests/daemon/custody/test_ledger.c
tests_daemon_custody_test_ledger_LDADD = libcustody.a $(CHECK_LIBS) $(SODIUM_LIBS)
