/*
 * What virtual printers put out, kept for the page and for tests: the last labels of each device,
 * bounded. And the two requests that pass to the bench where virtual devices are allowed.
 */
#ifndef SPECIMEND_CORE_VIRTUALS_H
#define SPECIMEND_CORE_VIRTUALS_H

#include "daemon/core/core.h"

#define VIRTUAL_LABELS_MAX 50 /* of one device */
#define VIRTUAL_DEVICES_MAX 64
#define VIRTUAL_PNG_MAX (1u << 20) /* bytes of one */

struct virtuals;

struct virtuals *virtuals_new(void);
void virtuals_free(struct virtuals *virtuals);

void virtuals_on_label(struct core *core, const json_t *body, const struct link_payloads *payloads);

/* {"labels": [{number, print_job_id, at}]} newest first, yours. */
json_t *virtuals_list_new(const struct virtuals *virtuals, int64_t device_id);

/* The PNG, borrowed until the next label; false when it is not kept. */
bool virtuals_find(
	const struct virtuals *virtuals, int64_t device_id, int64_t number, struct bytes *out);

#endif
