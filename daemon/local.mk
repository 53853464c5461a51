# The service. One static library per folder, so that a test links only what its folder may use.
EXTRA_DIST += daemon/README.md
include $(srcdir)/daemon/base/local.mk
include $(srcdir)/daemon/loop/local.mk
include $(srcdir)/daemon/link/local.mk
include $(srcdir)/daemon/custody/local.mk
include $(srcdir)/daemon/hl7/local.mk
include $(srcdir)/daemon/core/local.mk
include $(srcdir)/daemon/bench/local.mk
include $(srcdir)/daemon/press/local.mk
include $(srcdir)/daemon/cmd/local.mk
include $(srcdir)/daemon/web/local.mk
