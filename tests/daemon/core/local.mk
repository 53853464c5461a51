EXTRA_DIST += tests/daemon/core/fake_api.sql
check_LIBRARIES += librig.a
librig_a_SOURCES = tests/daemon/core/rig.c tests/daemon/core/rig.h
librig_a_CFLAGS = $(AM_CFLAGS) $(CORE_CFLAGS)
HTTP_RIG = tests/daemon/core/http_rig.h
ROLES_RIG = tests/daemon/core/roles_rig.h
CORE_CHECK = librig.a libcheck.a $(CORE_LIBS) $(CUNIT_LIBS)
check_PROGRAMS += \
	tests/daemon/core/test_core \
	tests/daemon/core/test_db \
	tests/daemon/core/test_db_lead \
	tests/daemon/core/test_feed \
	tests/daemon/core/test_found \
	tests/daemon/core/test_gate \
	tests/daemon/core/test_http \
	tests/daemon/core/test_orders \
	tests/daemon/core/test_printing \
	tests/daemon/core/test_printing_loss \
	tests/daemon/core/test_printing_hosts \
	tests/daemon/core/test_host \
	tests/daemon/core/test_routes \
	tests/daemon/core/test_sealer \
	tests/daemon/core/test_session \
	tests/daemon/core/test_station \
	tests/daemon/core/test_talks \
	tests/daemon/core/test_enrol \
	tests/daemon/core/test_kept \
	tests/daemon/core/test_papers \
	tests/daemon/core/test_pass \
	tests/daemon/core/test_templates \
	tests/daemon/core/test_truth \
	tests/daemon/core/test_virtuals
tests_daemon_core_test_db_SOURCES = tests/daemon/core/test_db.c
tests_daemon_core_test_db_CFLAGS = $(AM_CFLAGS) $(CORE_CFLAGS)
tests_daemon_core_test_db_LDADD = $(CORE_CHECK)
tests_daemon_core_test_db_lead_SOURCES = tests/daemon/core/test_db_lead.c
tests_daemon_core_test_db_lead_CFLAGS = $(AM_CFLAGS) $(CORE_CFLAGS)
tests_daemon_core_test_db_lead_LDADD = $(CORE_CHECK)

MLLP_RIG = tests/daemon/core/mllp_rig.h
check_PROGRAMS += tests/daemon/core/test_said
tests_daemon_core_test_said_SOURCES = tests/daemon/core/test_said.c
tests_daemon_core_test_said_CFLAGS = $(AM_CFLAGS) $(CORE_CFLAGS)
tests_daemon_core_test_said_LDADD = libcheck.a $(CORE_LIBS) $(CUNIT_LIBS)

check_PROGRAMS += tests/daemon/core/test_mllp tests/daemon/core/test_mllp_peer
tests_daemon_core_test_mllp_SOURCES = tests/daemon/core/test_mllp.c $(MLLP_RIG)
tests_daemon_core_test_mllp_CFLAGS = $(AM_CFLAGS) $(CORE_CFLAGS)
tests_daemon_core_test_mllp_LDADD = libcheck.a $(CORE_LIBS) $(CUNIT_LIBS)
tests_daemon_core_test_mllp_peer_SOURCES = tests/daemon/core/test_mllp_peer.c $(MLLP_RIG)
tests_daemon_core_test_mllp_peer_CFLAGS = $(AM_CFLAGS) $(CORE_CFLAGS)
tests_daemon_core_test_mllp_peer_LDADD = libcheck.a $(CORE_LIBS) $(CUNIT_LIBS)
tests_daemon_core_test_http_SOURCES = tests/daemon/core/test_http.c $(HTTP_RIG)
tests_daemon_core_test_http_CFLAGS = $(AM_CFLAGS) $(CORE_CFLAGS)
tests_daemon_core_test_http_LDADD = $(CORE_CHECK)
tests_daemon_core_test_feed_SOURCES = tests/daemon/core/test_feed.c
tests_daemon_core_test_feed_CFLAGS = $(AM_CFLAGS) $(CORE_CFLAGS)
tests_daemon_core_test_feed_LDADD = $(CORE_CHECK)
tests_daemon_core_test_found_SOURCES = tests/daemon/core/test_found.c
tests_daemon_core_test_found_CFLAGS = $(AM_CFLAGS) $(CORE_CFLAGS)
tests_daemon_core_test_found_LDADD = $(CORE_CHECK)
tests_daemon_core_test_core_SOURCES = tests/daemon/core/test_core.c $(ROLES_RIG)
tests_daemon_core_test_core_CFLAGS = $(AM_CFLAGS) $(CORE_CFLAGS)
tests_daemon_core_test_core_LDADD = $(CORE_CHECK)
tests_daemon_core_test_orders_SOURCES = tests/daemon/core/test_orders.c $(ROLES_RIG)
tests_daemon_core_test_orders_CFLAGS = $(AM_CFLAGS) $(CORE_CFLAGS)
tests_daemon_core_test_orders_LDADD = $(CORE_CHECK)
tests_daemon_core_test_printing_SOURCES = tests/daemon/core/test_printing.c $(ROLES_RIG)
tests_daemon_core_test_printing_CFLAGS = $(AM_CFLAGS) $(CORE_CFLAGS)
tests_daemon_core_test_printing_LDADD = $(CORE_CHECK)
tests_daemon_core_test_printing_loss_SOURCES = tests/daemon/core/test_printing_loss.c $(ROLES_RIG)
tests_daemon_core_test_printing_loss_CFLAGS = $(AM_CFLAGS) $(CORE_CFLAGS)
tests_daemon_core_test_printing_loss_LDADD = $(CORE_CHECK)
tests_daemon_core_test_printing_hosts_SOURCES = tests/daemon/core/test_printing_hosts.c $(ROLES_RIG)
tests_daemon_core_test_printing_hosts_CFLAGS = $(AM_CFLAGS) $(CORE_CFLAGS)
tests_daemon_core_test_printing_hosts_LDADD = $(CORE_CHECK)
tests_daemon_core_test_host_SOURCES = tests/daemon/core/test_host.c
tests_daemon_core_test_host_CFLAGS = $(AM_CFLAGS) $(CORE_CFLAGS)
tests_daemon_core_test_host_LDADD = libcheck.a $(CORE_LIBS) $(CUNIT_LIBS)
tests_daemon_core_test_sealer_SOURCES = tests/daemon/core/test_sealer.c $(ROLES_RIG)
tests_daemon_core_test_sealer_CFLAGS = $(AM_CFLAGS) $(CORE_CFLAGS)
tests_daemon_core_test_sealer_LDADD = $(CORE_CHECK)
tests_daemon_core_test_station_SOURCES = tests/daemon/core/test_station.c $(ROLES_RIG)
tests_daemon_core_test_station_CFLAGS = $(AM_CFLAGS) $(CORE_CFLAGS)
tests_daemon_core_test_station_LDADD = $(CORE_CHECK)
tests_daemon_core_test_talks_SOURCES = tests/daemon/core/test_talks.c $(ROLES_RIG)
tests_daemon_core_test_talks_CFLAGS = $(AM_CFLAGS) $(CORE_CFLAGS)
tests_daemon_core_test_talks_LDADD = $(CORE_CHECK)
tests_daemon_core_test_kept_SOURCES = tests/daemon/core/test_kept.c $(ROLES_RIG)
tests_daemon_core_test_kept_CFLAGS = $(AM_CFLAGS) $(CORE_CFLAGS)
tests_daemon_core_test_kept_LDADD = $(CORE_CHECK)
tests_daemon_core_test_enrol_SOURCES = tests/daemon/core/test_enrol.c $(ROLES_RIG)
tests_daemon_core_test_enrol_CFLAGS = $(AM_CFLAGS) $(CORE_CFLAGS)
tests_daemon_core_test_enrol_LDADD = $(CORE_CHECK)
tests_daemon_core_test_pass_SOURCES = tests/daemon/core/test_pass.c $(ROLES_RIG)
tests_daemon_core_test_pass_CFLAGS = $(AM_CFLAGS) $(CORE_CFLAGS)
tests_daemon_core_test_pass_LDADD = $(CORE_CHECK)
tests_daemon_core_test_papers_SOURCES = tests/daemon/core/test_papers.c $(ROLES_RIG)
tests_daemon_core_test_papers_CFLAGS = $(AM_CFLAGS) $(CORE_CFLAGS)
tests_daemon_core_test_papers_LDADD = $(CORE_CHECK)
tests_daemon_core_test_templates_SOURCES = tests/daemon/core/test_templates.c $(ROLES_RIG)
tests_daemon_core_test_templates_CFLAGS = $(AM_CFLAGS) $(CORE_CFLAGS)
tests_daemon_core_test_templates_LDADD = $(CORE_CHECK)
tests_daemon_core_test_truth_SOURCES = tests/daemon/core/test_truth.c $(ROLES_RIG)
tests_daemon_core_test_truth_CFLAGS = $(AM_CFLAGS) $(CORE_CFLAGS)
tests_daemon_core_test_truth_LDADD = $(CORE_CHECK)
tests_daemon_core_test_virtuals_SOURCES = tests/daemon/core/test_virtuals.c $(ROLES_RIG)
tests_daemon_core_test_virtuals_CFLAGS = $(AM_CFLAGS) $(CORE_CFLAGS)
tests_daemon_core_test_virtuals_LDADD = $(CORE_CHECK)
tests_daemon_core_test_gate_SOURCES = tests/daemon/core/test_gate.c $(HTTP_RIG)
tests_daemon_core_test_gate_CFLAGS = $(AM_CFLAGS) $(CORE_CFLAGS)
tests_daemon_core_test_gate_LDADD = $(CORE_CHECK)
tests_daemon_core_test_routes_SOURCES = tests/daemon/core/test_routes.c $(HTTP_RIG)
tests_daemon_core_test_routes_CFLAGS = $(AM_CFLAGS) $(CORE_CFLAGS)
tests_daemon_core_test_routes_LDADD = $(CORE_CHECK)
tests_daemon_core_test_session_SOURCES = tests/daemon/core/test_session.c $(HTTP_RIG)
tests_daemon_core_test_session_CFLAGS = $(AM_CFLAGS) $(CORE_CFLAGS)
tests_daemon_core_test_session_LDADD = $(CORE_CHECK)
