/*
 * The devices and stations of this node as the database lists them: which station a scanner belongs
 * to, the session by which a station's own scans are called, and the list that the bench gets.
 *
 * Of several cores on one database each drives the scanners at its own bench, for they are where
 * they are plugged in; but only the lead's bench has printers: one that can be reached by TCP takes
 * one connection, and of one by USB nobody else would be asked.
 */
#ifndef SPECIMEND_CORE_DEVICES_H
#define SPECIMEND_CORE_DEVICES_H

#include "daemon/core/core.h"

#define DEVICES_RELOAD_MS 10000
/* From a hint that something changed to reading the list: at most four readings a second. */
#define DEVICES_CHANGED_MS 250
#define STATIONS_MAX 1024

struct devices;

struct devices *devices_new(struct core *core);
void devices_free(struct devices *devices);

/* Reads the list again; opens what is new; tells the bench when something changed. */
void devices_reload(struct core *core);

/* Something was committed by somebody else, the list perhaps: it is read again, soon. */
void devices_changed(struct core *core);

/* Whether this core is the one of several that prints: the bench gets the list anew. */
void devices_on_lead(struct core *core, bool is_lead);

/* Sends the list to the bench, which has just come. */
void devices_send(struct core *core);

/* Its entry in the list; borrowed until the loop goes on; NULL when it is not in the list. */
json_t *devices_row(const struct core *core, int64_t device_id);

/* The station of a device; 0 when it is not in the list. */
int64_t devices_station(const struct core *core, int64_t device_id);

/* "virtual", "usb" ... ; "" when it is not in the list. */
const char *devices_transport(const struct core *core, int64_t device_id);

/* The token of a station's own session; NULL when it is not open yet. */
const char *devices_station_token(const struct core *core, int64_t station_id);

/* A scan of this station was told to sign in: that may be because its session is not known any
 * more. When the database says so, another is opened. */
void devices_station_check(struct core *core, int64_t station_id);

bool devices_is_practice(const struct core *core);

/*
 * What a printer last said of itself. state: array of words (contrib/CONTRACTS.md 2), kept until
 * the next; dropped when there is no such device.
 */
void devices_state_set(struct core *core, int64_t device_id, json_t *state);

/* Tells all pages what a printer last said, if it said anything, and whether that counts. */
void devices_state_publish(const struct core *core, int64_t device_id);

/*
 * Adds to each {"device_id", ...} of rows what only this process knows: "state", [] while nothing
 * was heard since the core's start, "one_way" (talks.h), and "labels_left", null: the printers
 * here do not count.
 */
void devices_fill(const struct core *core, json_t *rows);

/* The bench's notice that a device came or went. */
void devices_on_here(struct core *core, const json_t *body, const struct link_payloads *payloads);

#endif
