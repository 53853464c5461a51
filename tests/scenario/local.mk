# scenario
EXTRA_DIST += tests/scenario/clinic.sh
dist_check_SCRIPTS += \
	tests/scenario/01-morning.sh
