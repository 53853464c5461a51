/* The press. */
#include "daemon/press/press.h"

#include <stdlib.h>

#include "daemon/base/list.h"
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "daemon/press/label.h"
#include "daemon/press/pin.h"

enum job_kind {
	JOB_LABEL,
	JOB_PIN,
	JOB_PIN_HASH,
};

static const char *const job_names[] = {
	[JOB_LABEL] = "label", [JOB_PIN] = "pin", [JOB_PIN_HASH] = "pin_hash"
};

struct job {
	struct list node;
	enum job_kind kind;
	uint64_t id;  /* of the request */
	json_t *body; /* of a label */
	struct pin *pin;
};

struct press {
	struct loop *loop;
	struct link *link;
	struct page *page;
	struct list labels; /* both in the order in which they came */
	struct list pins;
	struct loop_handle *next; /* set while a job waits */
};

static void job_free(struct job *job)
{
	list_remove(&job->node);
	json_decref(job->body);
	pin_free(job->pin);
	free(job);
}

static void label_reply(struct press *press, const struct job *job, const struct label *label)
{
	const struct link_payloads payloads = {
		.items = { { "bytes", buf_bytes(&label->bytes) },
			{ "png", buf_bytes(&label->png) } },
		.count = 2,
	};
	AUTO(json_decref) json_t *warnings = json_array();

	for (size_t i = 0; i < label->page.warning_count; i++)
		json_array_append_new(warnings, json_string(label->page.warnings[i]));
	AUTO(json_decref)
	json_t *body = json_pack("{s:i, s:i, s:s, s:O}", "width_dots",
		(int)label->page.bitmap.width_dots, "height_dots",
		(int)label->page.bitmap.height_dots, "sha256", label->sha256, "warnings", warnings);

	link_reply(press->link, job->id, body, &payloads);
}

static void label_reply_check(
	struct press *press, const struct job *job, enum page_check failed, const struct err *err)
{
	AUTO(json_decref)
	json_t *body = json_pack("{s:b, s:s, s:s, s:s, s:s}", "ok", false, "code",
		err_code_name(err->code), "message", err->message, "hint", err->hint, "check",
		page_check_word(failed));

	link_reply(press->link, job->id, body, NULL);
}

static void label_run(struct press *press, const struct job *job)
{
	struct label label = { 0 };
	struct err err = { 0 };

	if (label_make(press->page, job->body, &label, &err))
		label_reply(press, job, &label);
	else if (label.page.failed != PAGE_CHECK_NONE)
		label_reply_check(press, job, label.page.failed, &err);
	else
		link_reply_err(press->link, job->id, &err);
	label_done(&label);
}

static void pin_run(struct press *press, const struct job *job)
{
	AUTO(json_decref) json_t *body = json_pack("{s:b}", "match", pin_matches(job->pin));

	link_reply(press->link, job->id, body, NULL);
}

static void pin_hash_run(struct press *press, const struct job *job)
{
	char hash[crypto_pwhash_STRBYTES];
	struct err err = { 0 };

	if (!pin_hash(job->pin, hash, &err)) {
		link_reply_err(press->link, job->id, &err);
		return;
	}
	AUTO(json_decref) json_t *body = json_pack("{s:s}", "hash", hash);

	link_reply(press->link, job->id, body, NULL);
}

static void job_run(struct press *press, const struct job *job)
{
	switch (job->kind) {
	case JOB_LABEL:
		label_run(press, job);
		return;
	case JOB_PIN:
		pin_run(press, job);
		return;
	case JOB_PIN_HASH:
		pin_hash_run(press, job);
		return;
	}
}

static void on_next(void *arg);

static struct job *job_peek(const struct press *press)
{
	const struct list *first = list_is_empty(&press->labels) ? &press->pins : &press->labels;

	return list_is_empty(first) ? NULL : LIST_ITEM(first->next, struct job, node);
}

/* One job, then the loop again: a label that came meanwhile goes before the PINs that wait. */
static void next_set(struct press *press)
{
	if (!press->next && job_peek(press))
		press->next = loop_defer(press->loop, on_next, press);
}

static void on_next(void *arg)
{
	struct press *press = arg;
	struct job *job = job_peek(press);

	press->next = NULL;
	if (!job)
		return;
	job_run(press, job);
	job_free(job);
	next_set(press);
}

static bool job_kind_find(const char *name, enum job_kind *out)
{
	for (size_t i = 0; i < ARRAY_LEN(job_names); i++) {
		if (str_equal(job_names[i], name)) {
			*out = (enum job_kind)i;
			return true;
		}
	}
	return false;
}

static bool job_add(struct press *press, uint64_t id, json_t *body, struct err *err)
{
	enum job_kind kind;
	struct pin *pin = NULL;

	if (!job_kind_find(json_string_value(json_object_get(body, "do")), &kind))
		return err_set(err, ERR_INVALID, "the press does not know that job");
	if (kind != JOB_LABEL && !pin_read(body, &pin, err))
		return false;
	struct job *job = xcalloc(1, sizeof(*job));

	job->kind = kind;
	job->id = id;
	job->pin = pin;
	job->body = kind == JOB_LABEL ? json_incref(body) : NULL;
	list_add_tail(kind == JOB_LABEL ? &press->labels : &press->pins, &job->node);
	next_set(press);
	return true;
}

static void on_request(struct link *link, uint64_t id, json_t *body,
	const struct link_payloads *payloads, void *arg)
{
	struct err err = { 0 };

	(void)payloads; /* no job of ours has any */
	if (!job_add(arg, id, body, &err))
		link_reply_err(link, id, &err);
}

static void jobs_drop(struct press *press)
{
	struct job *job;

	while ((job = job_peek(press)))
		job_free(job);
	loop_remove(press->next);
	press->next = NULL;
}

static void on_closed(struct link *link, void *arg)
{
	(void)link;
	jobs_drop(arg);
}

static void on_hello(struct link *link, json_t *hello, void *arg)
{
	/* the press has nothing to bring up to date */
	(void)link;
	(void)hello;
	(void)arg;
}

static void on_notice(
	struct link *link, json_t *body, const struct link_payloads *payloads, void *arg)
{
	/* none is meant for the press */
	(void)link;
	(void)body;
	(void)payloads;
	(void)arg;
}

struct press *press_new(const struct link_setup *setup)
{
	struct press *press = xcalloc(1, sizeof(*press));
	struct link_setup own = *setup;

	press->loop = setup->loop;
	press->page = page_new();
	list_init(&press->labels);
	list_init(&press->pins);
	own.role = "press";
	own.handlers = (struct link_handlers) { .on_hello = on_hello,
		.on_request = on_request,
		.on_notice = on_notice,
		.on_closed = on_closed };
	own.arg = press;
	press->link = link_connect(&own);
	return press;
}

void press_free(struct press *press)
{
	if (!press)
		return;
	link_free(press->link);
	jobs_drop(press);
	page_free(press->page);
	free(press);
}

bool press_prepare(struct press *press, const char *templates_dir, struct err *err)
{
	const struct page_request request = { .template = "command",
		.dpi = 203,
		.width_um = 50800,
		.height_um = 25400,
		.content = { .command = "K000000000068", .title = "press", .practice = true } };
	struct page_result result = { 0 };
	bool ok = page_load(press->page, templates_dir, err) &&
		  page_make(press->page, &request, &result, err);

	page_result_done(&result);
	return ok;
}
