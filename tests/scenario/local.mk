# Scenarios: the real programs from the build directory; they need curl, jq and dmtxread, else they are skipped.
EXTRA_DIST += tests/scenario/clinic.sh tests/scenario/usb.sh
dist_check_SCRIPTS += \
	tests/scenario/01-morning.sh \
	tests/scenario/02-killed.sh \
	tests/scenario/03-database.sh \
	tests/scenario/04-silent.sh \
	tests/scenario/05-usb.sh \
	tests/scenario/06-template.sh \
	tests/scenario/07-one-way.sh \
	tests/scenario/08-tcp.sh \
	tests/scenario/09-script.sh \
	tests/scenario/10-health.sh \
	tests/scenario/11-kinds.sh \
	tests/scenario/12-enrol.sh \
	tests/scenario/13-pass.sh \
	tests/scenario/14-enrol-kinds.sh \
	tests/scenario/15-containers.sh \
	tests/scenario/16-dead.sh
