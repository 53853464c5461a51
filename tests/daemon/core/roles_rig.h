/* A whole core (rig.h) with a fake bench and a fake press beside it, and the words to make them
 * act. */
#ifndef SPECIMEND_TESTS_CORE_ROLES_RIG_H
#define SPECIMEND_TESTS_CORE_ROLES_RIG_H

#include "daemon/core/core.h"

#include <stdio.h>

#include "daemon/base/str.h"
#include "daemon/core/devices.h"
#include "daemon/core/printing.h"
#include "tests/check.h"
#include "tests/daemon/core/rig.h"

static struct rig *rig;
static struct role bench;
static struct role press;

static inline void roles_start(void)
{
	memset(&bench, 0, sizeof(bench));
	memset(&press, 0, sizeof(press));
	bench.counter = 100;
	bench.plug = "usb 1.7 A";
	role_start(rig, &bench, "bench", 1);
	role_start(rig, &press, "press", 2);
}

static inline void begin(void)
{
	rig = rig_new();
	rig_core_start(rig);
	check(RIG_WAIT(rig, db_is_lead(rig->core->db))); /* the bench gets its list once */
	roles_start();
	check(RIG_WAIT(rig, role_asked(&bench, "devices") > 0));
	check(RIG_WAIT(rig, devices_station_token(rig->core, 1) != NULL));
	check(RIG_WAIT(rig, devices_station_token(rig->core, 2) != NULL));
}

static inline void end(void)
{
	role_stop(&bench);
	role_stop(&press);
	json_decref(bench.requests);
	json_decref(bench.jobs);
	json_decref(press.requests);
	json_decref(press.jobs);
	rig_free(rig);
}

static inline bool sql_is(const char *sql, const char *value)
{
	return str_equal(rig_sql(rig, sql), value);
}

static inline const char *last_text(struct role *role, const char *what, const char *key)
{
	const char *text = json_string_value(json_object_get(role_last(role, what), key));

	return text ? text : "";
}

static inline void core_restart(void)
{
	rig_core_stop(rig);
	rig_core_start(rig);
}

/* A role goes away, and the core has noticed. */
static inline void role_leave(struct role *role, enum health_part part)
{
	role_stop(role);
	check(RIG_WAIT(rig, !rig->core->health[part].is_ok));
}

static inline void bench_leave(void)
{
	role_leave(&bench, HEALTH_BENCH);
}

static inline void press_leave(void)
{
	role_leave(&press, HEALTH_PRESS);
}

/* All that the bench reported is stored, and acknowledged. */
static inline bool reports_are_taken(void)
{
	return RIG_WAIT(rig, link_reports_kept(bench.link) == 0);
}

static inline void job_add(int id)
{
	char sql[128];

	(void)snprintf(sql, sizeof(sql), "insert into fake.job values (%d, 'queued', 1, 12)", id);
	rig_sql(rig, sql);
	printing_kick(rig->core);
}

static inline bool job_is(int id, const char *state)
{
	char sql[96];

	(void)snprintf(sql, sizeof(sql), "select state from fake.job where print_job_id = %d", id);
	return sql_is(sql, state);
}

static inline const char *job_log(void)
{
	return rig_sql(rig, "select string_agg(state, ' ' order by no) from fake.job_log");
}

/* The job, and it has come as far as the bench. */
static inline void job_bring_to_bench(int id)
{
	job_add(id);
	check(RIG_WAIT(rig, role_asked(&bench, "print") == 1));
}

/* The bench tells of a label that left its printer: the counter of labels was 100. */
static inline void bench_prints(int id)
{
	role_report_print(&bench, id, "sent", 100);
	role_report_print(&bench, id, "printed", 101);
}

#endif
