/* MLLP's store: api.order_message under the service session `mllp`. */
#include "daemon/core/orders.h"

#include <sodium.h>
#include <stdlib.h>

#include "daemon/base/clock.h"
#include "daemon/base/log.h"
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "daemon/core/mllp.h"
#include "daemon/core/token.h"

#define OPEN_RETRY_MS 1000

struct orders {
	struct core *core;
	struct mllp *mllp;
	char token[TOKEN_LEN + 1];
	bool is_open;
	bool is_opening;
	struct loop_handle *timer; /* tries again to open */
};

/* One message on its way to the database. */
struct order_call {
	struct orders *orders;
	struct db_request *request;
	mllp_reply_fn done;
	void *arg;
};

/* ---- the service session ---- */

static void on_open(void *arg, const char *reply, const struct err *err)
{
	struct orders *orders = arg;
	AUTO(json_decref) json_t *json = reply ? json_loads(reply, 0, NULL) : NULL;

	orders->is_opening = false;
	orders->is_open = json_object_get(json_object_get(json, "data"), "session_id") != NULL;
	if (orders->is_open)
		return;
	if (err)
		log_err(err);
	else
		log_error("the database does not open the session for orders");
	loop_timer_set(orders->timer, OPEN_RETRY_MS);
}

static void orders_open(void *arg)
{
	struct orders *orders = arg;
	char hash[TOKEN_LEN + 1];

	if (orders->is_open || orders->is_opening || !db_is_up(orders->core->db))
		return;
	orders->is_opening = true;
	token_make(orders->token);
	token_hash(orders->token, hash);
	core_call(orders->core, CALL_SERVICE_OPEN, NULL,
		json_pack("{s:s,s:s}", "service", "mllp", "token_hash", hash), 0, on_open,
		orders); /* ends before the core */
}

void orders_session_lost(struct orders *orders)
{
	if (orders)
		orders->is_open = false;
}

void orders_kick(struct orders *orders)
{
	if (orders)
		orders_open(orders);
}

/* ---- messages ---- */

/* The database does not know our session (it was restored, say): the next message finds a new one.
 */
static void check_session(struct orders *orders, const json_t *reply)
{
	const char *code = json_string_value(json_object_get(reply, "code"));

	if (!str_equal(code, "not_allowed"))
		return;
	log_error("the database does not know the session for orders any more: opening another");
	orders->is_open = false;
	orders_open(orders);
}

static void on_reply(void *arg, const char *reply, const struct err *err)
{
	struct order_call *call = arg;
	AUTO(json_decref) json_t *json = reply ? json_loads(reply, 0, NULL) : NULL;
	const char *verdict = json_string_value(json_object_get(json, "verdict"));

	if (json)
		check_session(call->orders, json);
	if (str_equal(verdict, "stored"))
		core_touch(call->orders->core, FEED_ALL, call_get(CALL_ORDER_MESSAGE)->touches);
	call->done(call->arg, reply, err);
	free(call);
}

static void *order_message(void *ctx, const char *args, mllp_reply_fn done, void *arg)
{
	struct orders *orders = ctx;
	struct order_call *call = xcalloc(1, sizeof(*call));
	char request_id[UUID_LEN + 1];

	*call = (struct order_call) { .orders = orders, .done = done, .arg = arg };
	uuid_make(request_id);
	call->request = db_send(orders->core->db,
		&(struct db_call) {
			.call = CALL_ORDER_MESSAGE,
			.request_id = request_id,
			.session = orders->token,
			.args = args,
		},
		on_reply, call);
	return call;
}

static void order_cancel(void *ctx, void *handle)
{
	struct order_call *call = handle;

	(void)ctx;
	db_request_cancel(call->request);
	free(call);
}

/* ---- life ---- */

bool orders_new(struct core *core, struct orders **out, struct err *err)
{
	if (core->config->mllp_port == 0) {
		log_notice("mllp_port is 0: no orders are taken");
		return true;
	}
	struct orders *orders = xcalloc(1, sizeof(*orders));
	const struct mllp_setup setup = {
		.loop = core->loop,
		.address = core->config->mllp_address,
		.port = core->config->mllp_port,
		.store = { .order_message = order_message, .cancel = order_cancel, .ctx = orders },
		.real_us = clock_real_us,
	};

	orders->core = core;
	orders->mllp = mllp_new(&setup, err);
	if (!orders->mllp) {
		orders_free(orders);
		return false;
	}
	orders->timer = loop_add_timer(core->loop, -1, 0, orders_open, orders);
	log_notice("orders are taken on %s port %u", setup.address, mllp_port(orders->mllp));
	*out = orders;
	return true;
}

void orders_free(struct orders *orders)
{
	if (!orders)
		return;
	mllp_free(orders->mllp);
	loop_remove(orders->timer);
	sodium_memzero(orders->token, sizeof(orders->token));
	free(orders);
}
