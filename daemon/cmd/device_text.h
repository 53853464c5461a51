/*
 * What `specimend device` says, made from clinic.device_list() and its like: stations with their
 * devices, what is plugged in without a station, and the command that would assign it. Texts from
 * devices are printed without control characters, and in commands as one word of a shell.
 */
#ifndef SPECIMEND_CMD_DEVICE_TEXT_H
#define SPECIMEND_CMD_DEVICE_TEXT_H

#include <jansson.h>

#include "daemon/base/buf.h"
#include "daemon/base/err.h"

/* Options of this call that the printed commands need too; NULL: not given. */
struct device_command {
	const char *config;
	const char *database;
};

/* One line, without its end: what it is, at which station, whether it works. */
void device_text_line(const json_t *device, struct buf *out);

/* The stations and their devices. */
void device_text_stations(const json_t *list, struct buf *out);

/* What is plugged in and at no station, each with its command; says when there is nothing. */
void device_text_found(const json_t *list, const struct device_command *command, struct buf *out);

/* "50.8x25.4" in millimetres, at most three decimals each, below 1000 -> micrometres. */
MUST_CHECK bool device_label_parse(
	const char *text, uint64_t *out_width_um, uint64_t *out_height_um, struct err *err);

#endif
