/* What all models have: queues for the host. */
#include "tests/usb/model.h"

#include <stdlib.h>

#include "daemon/base/xalloc.h"

void model_init(struct model *model, const struct model_kind *kind,
	const struct model_descriptors *descriptors)
{
	*model = (struct model) { .kind = kind, .descriptors = *descriptors };
	model->in = xcalloc(MODEL_ENDPOINTS, sizeof(*model->in));
	model->in_bytes = xcalloc(MODEL_ENDPOINTS, sizeof(*model->in_bytes));
	for (unsigned i = 0; i < MODEL_ENDPOINTS; i++)
		list_init(&model->in[i]);
}

static void piece_free(struct model_piece *piece)
{
	list_remove(&piece->node);
	buf_done(&piece->bytes);
	free(piece);
}

static void queue_clear(struct model *model, unsigned index)
{
	LIST_FOREACH (node, &model->in[index])
		piece_free(LIST_ITEM(node, struct model_piece, node));
	model->in_bytes[index] = 0;
}

void model_done(struct model *model)
{
	for (unsigned i = 0; i < MODEL_ENDPOINTS; i++)
		queue_clear(model, i);
	free(model->in);
	free(model->in_bytes);
}

void model_free(struct model *model)
{
	if (model)
		model->kind->free(model);
}

bool model_in(struct model *model, uint8_t endpoint, struct bytes bytes)
{
	unsigned index = model_endpoint_index(endpoint);

	if (bytes.len > MODEL_IN_MAX - model->in_bytes[index])
		return false;
	struct model_piece *piece = xcalloc(1, sizeof(*piece));

	buf_add(&piece->bytes, bytes);
	list_add_tail(&model->in[index], &piece->node);
	model->in_bytes[index] += bytes.len;
	model_changed(model);
	return true;
}

void model_in_clear(struct model *model, uint8_t endpoint)
{
	queue_clear(model, model_endpoint_index(endpoint));
}

void model_changed(struct model *model)
{
	if (model->on_change)
		model->on_change(model->on_change_arg);
}

struct model_piece *model_in_peek(struct model *model, uint8_t endpoint)
{
	struct list *queue = &model->in[model_endpoint_index(endpoint)];

	return list_is_empty(queue) ? NULL : LIST_ITEM(queue->next, struct model_piece, node);
}

void model_in_remove(struct model *model, uint8_t endpoint, struct model_piece *piece)
{
	model->in_bytes[model_endpoint_index(endpoint)] -= piece->bytes.len;
	piece_free(piece);
}
