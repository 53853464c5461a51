# What runs, checks, installs and explains the service.
EXTRA_DIST += \
	contrib/CONTRACTS.md \
	contrib/DESIGN.md \
	contrib/DOMAIN.md \
	contrib/FLOWS.md \
	contrib/POLICIES.md \
	contrib/PRINTERS.md \
	contrib/README.md \
	contrib/SCANNERS.md \
	contrib/STYLE.md \
	contrib/TESTING.md \
	contrib/check \
	contrib/check-dist.sh \
	contrib/check-layers.sh \
	contrib/day \
	contrib/codespell.words \
	contrib/cppcheck.suppressions \
	contrib/https/README.md \
	contrib/lib.sh \
	contrib/pictures/courier.png \
	contrib/pictures/lab.png \
	contrib/pictures/label.png \
	contrib/pictures/page.png \
	contrib/run
EXTRA_DIST += contrib/send-order \
	contrib/samples/README.md \
	contrib/samples/birth-date.hl7 \
	contrib/samples/cancel.hl7 \
	contrib/samples/lab-cancel.hl7 \
	contrib/samples/lab-change.hl7 \
	contrib/samples/lab-order.hl7 \
	contrib/samples/malformed.hl7 \
	contrib/samples/order.hl7 \
	contrib/samples/unmapped.hl7 \
	contrib/samples/urine-culture.hl7 \
	contrib/samples/urine.hl7

dist_man8_MANS = contrib/man/specimend.8

# Units know where the programs are; installed as data, for `systemctl enable PATH` or a packager.
unitdir = $(pkgdatadir)/systemd
unit_DATA = \
	contrib/systemd/specimend-bench.service \
	contrib/systemd/specimend-core.service \
	contrib/systemd/specimend-press.service \
	contrib/systemd/specimend-verify.service
dist_unit_DATA = contrib/systemd/README.md contrib/systemd/specimend-verify.timer contrib/systemd/specimend.target
EXTRA_DIST += \
	contrib/systemd/specimend-bench.service.in \
	contrib/systemd/specimend-core.service.in \
	contrib/systemd/specimend-press.service.in \
	contrib/systemd/specimend-verify.service.in
CLEANFILES += $(unit_DATA)
make_unit = $(AM_V_GEN)$(MKDIR_P) contrib/systemd && \
	sed -e 's|[@]pkglibexecdir[@]|$(pkglibexecdir)|' -e 's|[@]bindir[@]|$(bindir)|' "$(srcdir)/$@.in" >$@.new && mv $@.new $@

contrib/systemd/specimend-bench.service: contrib/systemd/specimend-bench.service.in Makefile
	$(make_unit)
contrib/systemd/specimend-core.service: contrib/systemd/specimend-core.service.in Makefile
	$(make_unit)
contrib/systemd/specimend-press.service: contrib/systemd/specimend-press.service.in Makefile
	$(make_unit)
contrib/systemd/specimend-verify.service: contrib/systemd/specimend-verify.service.in Makefile
	$(make_unit)

udevdir = $(pkgdatadir)/udev
dist_udev_DATA = contrib/udev/70-specimend.rules contrib/udev/72-specimend-strict.rules contrib/udev/README.md
if HAVE_UDEVRULESDIR
udevrules_DATA = contrib/udev/70-specimend.rules
endif

dist_check_SCRIPTS += tests/contrib/man.sh tests/contrib/state.sh tests/contrib/udev.sh tests/contrib/units.sh
