/*
 * The one way in for a scan: typed into a page, reported by the bench, or virtual. It becomes one
 * api.scan; its reply goes to the station's pages, and the verdict to the scanner after the COMMIT.
 *
 * A bench scan is acknowledged only after its COMMIT. One that is not stored is said so at once
 * (feed and scanner), kept, and offered again with `late: true` until the database has it, one at a
 * time in order of arrival, those that it refused behind the others (contrib/CONTRACTS.md 3, late
 * scans). Its request_id follows from the
 * bench's own numbering, so nothing is doubled.
 */
#ifndef SPECIMEND_CORE_STATION_H
#define SPECIMEND_CORE_STATION_H

#include "daemon/core/core.h"

#define STATION_SCANS_MAX 4096 /* of the bench, not stored yet */
#define STATION_SCAN_LATE_US 10000000
#define STATION_RETRY_MS 1000
#define SCAN_BASE64_MAX 8192

struct stations;

struct station_scan {
	const char *request_id;
	const char *token; /* whose session: the page's or the station's own */
	int64_t station_id;
	json_t *args_take; /* as of api.scan */
};

/* done: the reply, or why it is not stored. The feed has been told by then. */
void station_scan(struct core *core, const struct station_scan *scan, db_fn done, void *arg);

/*
 * A scan that could not even be tried: the pages of its station are told why it is not stored.
 *
 * request_id   checked by the caller, at most UUID_LEN
 */
void station_scan_refused(
	struct core *core, int64_t station_id, const char *request_id, const struct err *err);

/*
 * Something else that the pages of a station shall say as they say what a scan did. No patient.
 *
 * request_id  checked by the caller, at most UUID_LEN
 * reply       JSON
 */
void station_publish(
	struct core *core, int64_t station_id, const char *request_id, const char *reply);

/* POST /api/scan {request_id, args: {raw, aim, source}}. */
void station_handle_scan(void *core, struct http_request *request);

/* ---- scans of the bench (station_bench.c) ---- */

struct stations *stations_new(struct core *core);
void stations_free(struct stations *stations);

/* The bench came: the scans that its hello names were told NOT STORED when they lost their core. */
void stations_on_bench_hello(struct core *core, const json_t *hello);

/* The bench's report of a scan. */
void station_on_report(struct core *core, const char *start_id, uint64_t id, const json_t *body);

/* It is one of the bench's, and its person was told NOT STORED. */
bool station_scan_was_told(const struct core *core, const char *request_id);

/* The database answers nothing (db.h): who scanned and waits is told NOT STORED, and what becomes
 * of it is told as of one that is late. */
void stations_on_still(struct core *core);

/* The database or the list of stations came back: what waits is tried. */
void stations_kick(struct core *core);

#endif
