/*
 * Events and seals as JSON, the way api.custody_events, api.custody_seals and an export write them:
 * numbers as numbers, times in whole microseconds since 1970 UTC, hashes and keys in hexadecimal.
 */
#ifndef SPECIMEND_CMD_CUSTODY_JSON_H
#define SPECIMEND_CMD_CUSTODY_JSON_H

#include <jansson.h>

#include "daemon/custody/event.h"
#include "daemon/custody/seal.h"

/* Fails with ERR_INVALID naming the field; out is untouched then. */
MUST_CHECK bool custody_event_from_json(json_t *json, struct custody_event *out, struct err *err);
MUST_CHECK bool custody_seal_from_json(json_t *json, struct custody_seal *out, struct err *err);

#endif
