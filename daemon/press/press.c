/* The press. */
#include "daemon/press/press.h"

#include <stdlib.h>

#include "daemon/base/auto.h"
#include "daemon/base/list.h"
#include "daemon/base/log.h"
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "daemon/press/design.h"
#include "daemon/press/label.h"
#include "daemon/press/pin.h"
#include "printers/bitmap_png.h"
#include "printers/page/paper.h"
#include "printers/page/screen.h"

enum job_kind {
	JOB_LABEL,
	JOB_PIN,
	JOB_PIN_HASH,
	JOB_PREVIEW,
	JOB_GOLDEN,
	JOB_PAPER,
	JOB_SCREEN,
};

/* Whose turn it is: the first that is not empty, and in it the first that came. */
enum queue_no {
	QUEUE_LABELS,
	QUEUE_PINS,
	QUEUE_PAPERS,
	QUEUE_PREVIEWS,
	QUEUE_GOLDEN,
	QUEUE_COUNT,
};

static const struct {
	const char *name;
	enum queue_no queue;
} job_kinds[] = {
	[JOB_LABEL] = { "label", QUEUE_LABELS },
	[JOB_PIN] = { "pin", QUEUE_PINS },
	[JOB_PIN_HASH] = { "pin_hash", QUEUE_PINS },
	[JOB_PREVIEW] = { "preview", QUEUE_PREVIEWS },
	[JOB_GOLDEN] = { "golden", QUEUE_GOLDEN },
	[JOB_PAPER] = { "paper", QUEUE_PAPERS },
	[JOB_SCREEN] = { "screen", QUEUE_PREVIEWS },
};

struct job {
	struct list node;
	enum job_kind kind;
	uint64_t id;         /* of the request */
	json_t *body;        /* of a label, a preview, a paper or a screen */
	struct pin *pin;     /* of the two with a PIN */
	struct trial *trial; /* of a golden run */
	struct paper *paper; /* of a paper, once its first turn came */
};

struct press {
	struct loop *loop;
	struct link *link;
	struct page *page;
	struct page_golden *golden; /* NULL: none */
	struct list queues[QUEUE_COUNT];
	struct loop_handle *next; /* set while a job waits */
};

static void job_free(struct job *job)
{
	list_remove(&job->node);
	json_decref(job->body);
	pin_free(job->pin);
	trial_free(job->trial);
	paper_free(job->paper);
	free(job);
}

static json_t *warnings_new(const struct page_result *result)
{
	json_t *warnings = json_array();

	for (size_t i = 0; i < result->warning_count; i++)
		json_array_append_new(warnings, json_string(result->warnings[i]));
	return warnings;
}

static void label_reply(struct press *press, const struct job *job, const struct label *label)
{
	const struct link_payloads payloads = {
		.items = { { "bytes", buf_bytes(&label->bytes) },
			{ "png", buf_bytes(&label->png) } },
		.count = 2,
	};
	AUTO(json_decref)
	json_t *body =
		json_pack("{s:i, s:i, s:s, s:o}", "width_dots", (int)label->page.bitmap.width_dots,
			"height_dots", (int)label->page.bitmap.height_dots, "sha256", label->sha256,
			"warnings", warnings_new(&label->page));

	link_reply(press->link, job->id, body, &payloads);
}

/* NULL unless a person is to look at one. */
static json_t *spelling_new(const struct page_spelling *spelling)
{
	if (!spelling->family)
		return NULL;
	return json_pack("{s:s, s:s, s:s}", "family", spelling->family, "given", spelling->given,
		"middle", spelling->middle);
}

static void label_reply_check(struct press *press, const struct job *job,
	const struct page_result *result, const struct err *err)
{
	AUTO(json_decref)
	json_t *body = json_pack("{s:b, s:s, s:s, s:s, s:s, s:o*}", "ok", false, "code",
		err_code_name(err->code), "message", err->message, "hint", err->hint, "check",
		page_check_word(result->failed), "spelling", spelling_new(&result->spelling));

	link_reply(press->link, job->id, body, NULL);
}

/* What a label, a preview or a paper is refused with: by a check, or as any other request. */
static void refuse(struct press *press, const struct job *job, const struct page_result *result,
	const struct err *err)
{
	if (result->failed != PAGE_CHECK_NONE)
		label_reply_check(press, job, result, err);
	else
		link_reply_err(press->link, job->id, err);
}

static void label_run(struct press *press, const struct job *job)
{
	struct label label = { 0 };
	struct err err = { 0 };

	if (label_make(press->page, job->body, &label, &err))
		label_reply(press, job, &label);
	else
		refuse(press, job, &label.page, &err);
	label_done(&label);
}

static void preview_run(struct press *press, const struct job *job)
{
	struct page_result result = { 0 };
	AUTO_BUF png = { 0 };
	struct err err = { 0 };

	if (!preview_make(press->page, press->golden, job->body, &result, &png, &err)) {
		refuse(press, job, &result, &err);
		page_result_done(&result);
		return;
	}
	const struct link_payloads payloads = { .items = { { "png", buf_bytes(&png) } },
		.count = 1 };
	AUTO(json_decref)
	json_t *body = json_pack("{s:i, s:i, s:o}", "width_dots", (int)result.bitmap.width_dots,
		"height_dots", (int)result.bitmap.height_dots, "warnings", warnings_new(&result));

	link_reply(press->link, job->id, body, &payloads);
	page_result_done(&result);
}

static bool screen_make(
	enum page_symbology symbology, struct bytes text, struct buf *png, struct err *err)
{
	AUTO_BITMAP bitmap = { 0 };

	return page_screen(symbology, text, &bitmap, err) && bitmap_png(&bitmap, 0, png, err);
}

/* The same text as two codes: not every scanner reads both kinds. */
static void screen_run(struct press *press, const struct job *job)
{
	json_t *text = json_object_get(job->body, "text");
	struct bytes bytes = bytes_of(json_string_value(text), json_string_length(text));
	AUTO_BUF code128 = { 0 };
	AUTO_BUF datamatrix = { 0 };
	struct err err = { 0 };

	if (!screen_make(PAGE_CODE128, bytes, &code128, &err) ||
		!screen_make(PAGE_DATAMATRIX, bytes, &datamatrix, &err)) {
		link_reply_err(press->link, job->id, &err);
		return;
	}
	const struct link_payloads payloads = {
		.items = { { "code128", buf_bytes(&code128) },
			{ "datamatrix", buf_bytes(&datamatrix) } },
		.count = 2,
	};
	AUTO(json_decref) json_t *body = json_object();

	link_reply(press->link, job->id, body, &payloads);
}

/* One label of the run; false when it was the last. */
static bool golden_run(struct press *press, const struct job *job)
{
	if (trial_step(job->trial, press->page))
		return true;
	AUTO(json_decref) json_t *body = trial_result_new(job->trial);

	link_reply(press->link, job->id, body, NULL);
	return false;
}

/* Its PDF is whole. */
static void paper_reply(struct press *press, const struct job *job)
{
	const struct bytes pdf = paper_pdf(job->paper);
	const struct link_payloads payloads = { .items = { { "pdf", pdf } }, .count = 1 };
	uint8_t hash[crypto_hash_sha256_BYTES];
	char hex[2 * sizeof(hash) + 1];

	(void)crypto_hash_sha256(hash, pdf.data, pdf.len); /* cannot fail */
	sodium_bin2hex(hex, sizeof(hex), hash, sizeof(hash));
	AUTO(json_decref)
	json_t *body = json_pack("{s:I, s:s, s:b}", "pages", (json_int_t)paper_pages(job->paper),
		"sha256", hex, "lacks_letters", paper_lacks_letters(job->paper));

	link_reply(press->link, job->id, body, &payloads);
}

/* The layout, then one page each time; false when it was the last or the paper is refused. */
static bool paper_run(struct press *press, struct job *job)
{
	struct page_result result = { 0 };
	bool more = true;
	struct err err = { 0 };
	bool ok = job->paper ? paper_step(job->paper, &more, &result.failed, &err)
			     : paper_new(&job->paper, json_object_get(job->body, "paper"),
				       &result.failed, &err);

	if (!ok) {
		refuse(press, job, &result, &err);
		return false;
	}
	if (!more)
		paper_reply(press, job);
	return more;
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

/* Whether there is more to do for it, the next time that it is its turn. */
static bool job_run(struct press *press, struct job *job)
{
	switch (job->kind) {
	case JOB_LABEL:
		label_run(press, job);
		return false;
	case JOB_PIN:
		pin_run(press, job);
		return false;
	case JOB_PIN_HASH:
		pin_hash_run(press, job);
		return false;
	case JOB_PREVIEW:
		preview_run(press, job);
		return false;
	case JOB_GOLDEN:
		return golden_run(press, job);
	case JOB_PAPER:
		return paper_run(press, job);
	case JOB_SCREEN:
		screen_run(press, job);
		return false;
	}
	return false;
}

static void on_next(void *arg);

static struct job *job_peek(const struct press *press)
{
	for (size_t i = 0; i < QUEUE_COUNT; i++) {
		if (!list_is_empty(&press->queues[i]))
			return LIST_ITEM(press->queues[i].next, struct job, node);
	}
	return NULL;
}

/* One job, one label of a golden run or one page of a paper, then the loop again: a label that came
 * meanwhile goes before everything else that waits. */
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
	if (!job_run(press, job))
		job_free(job);
	next_set(press);
}

static bool job_kind_find(const char *name, enum job_kind *out)
{
	for (size_t i = 0; i < ARRAY_LEN(job_kinds); i++) {
		if (str_equal(job_kinds[i].name, name)) {
			*out = (enum job_kind)i;
			return true;
		}
	}
	return false;
}

/* What the job needs of its request is kept; the rest is let go. */
static bool job_take(const struct press *press, struct job *job, json_t *body, struct err *err)
{
	switch (job->kind) {
	case JOB_LABEL:
	case JOB_PREVIEW:
	case JOB_PAPER:
	case JOB_SCREEN:
		job->body = json_incref(body);
		return true;
	case JOB_PIN:
	case JOB_PIN_HASH:
		return pin_read(body, &job->pin, err);
	case JOB_GOLDEN:
		return trial_new(&job->trial, press->golden, body, err);
	}
	return false;
}

static bool job_add(struct press *press, uint64_t id, json_t *body, struct err *err)
{
	enum job_kind kind;

	if (!job_kind_find(json_string_value(json_object_get(body, "do")), &kind))
		return err_set(err, ERR_INVALID, "the press does not know that job");
	struct job *job = xcalloc(1, sizeof(*job));

	list_init(&job->node);
	job->kind = kind;
	job->id = id;
	if (!job_take(press, job, body, err)) {
		job_free(job);
		return false;
	}
	list_add_tail(&press->queues[job_kinds[kind].queue], &job->node);
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
	for (size_t i = 0; i < QUEUE_COUNT; i++)
		list_init(&press->queues[i]);
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
	page_golden_free(press->golden);
	page_free(press->page);
	free(press);
}

/* What a person must mend, and without which the rest goes on. */
static void faults_log(const struct press *press)
{
	const struct page_templates *templates = page_templates_get(press->page);
	const struct err *fault;

	for (size_t i = 0; (fault = page_templates_fault_at(templates, i)); i++)
		log_err(fault);
}

static void golden_load(struct press *press, const char *templates_dir)
{
	AUTO(char_free) char *path = xasprintf("%s/" PAGE_GOLDEN_FILE, templates_dir);
	struct page_golden *golden;
	struct err err = { 0 };

	if (!page_golden_load(&golden, path, &err)) {
		log_err(&err); /* no template can be published; labels print */
		return;
	}
	page_golden_free(press->golden);
	press->golden = golden;
}

bool press_prepare(struct press *press, const char *templates_dir, struct err *err)
{
	const struct page_request request = { .template = "command",
		.dpi = 203,
		.width_um = 50800,
		.height_um = 25400,
		.content = { .command = "K000000000068", .title = "press", .practice = true } };
	struct page_result result = { 0 };

	if (!page_load(press->page, templates_dir, err))
		return false;
	faults_log(press);
	golden_load(press, templates_dir);
	bool ok = page_make(press->page, &request, &result, err);

	page_result_done(&result);
	return ok;
}
