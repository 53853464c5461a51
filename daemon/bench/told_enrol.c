/* Which scanner is enrolled now, as the core says; what it sent -> a report. */
#include <stdlib.h>

#include "daemon/base/log.h"
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "daemon/bench/inside.h"
#include "daemon/bench/usb/identity.h"
#include "scanners/keyboard.h"
#include "scanners/maker.h"

#define EVIDENCE_MAX 4096u /* bytes of it that are told */

struct enrol_task {
	int64_t enrolment_id;
	char identity[DEVICE_IDENTITY_MAX + 1];
	char code[ENROL_CODE_MAX + 1];
	int64_t end_ms; /* by the loop's clock */
};

/* Whose sounds it takes, by its vendor's number. */
static enum scanner_maker maker_of(const char *identity)
{
	struct usb_identity usb;
	struct err err = { 0 };

	return usb_identity_parse(identity, &usb, &err) ? scanner_maker_of(usb.vendor)
							: SCANNER_MAKER_OTHER;
}

static json_t *settings_new(const struct enrol_found *found, const char *identity)
{
	const struct keyboard_layout *keyboard = found->settings.keyboard;

	return json_pack("{s:s, s:s, s:s, s:b}", "keyboard", keyboard ? keyboard->name : "us",
		"terminator", scan_terminator_word(found->settings.terminator), "maker",
		scanner_maker_word(maker_of(identity)), "has_aim", found->settings.has_aim);
}

static json_t *advice_new(unsigned advice)
{
	json_t *list = json_array();

	for (int i = 0; i < ENROL_ADVICES; i++) {
		const struct enrol_words *words = enrol_advice_words((enum enrol_advice)i);

		if (advice & 1U << i)
			json_array_append_new(
				list, json_pack("{s:s, s:s, s:s}", "word", words->word, "says",
					      words->says, "hint", words->hint));
	}
	return list;
}

static json_t *evidence_new(const struct enrol_found *found, const struct enrol_heard *heard)
{
	struct bytes bytes = buf_bytes(&heard->bytes);
	AUTO_BUF hex = { 0 };

	if (bytes.len > EVIDENCE_MAX)
		bytes.len = EVIDENCE_MAX;
	hex_encode(bytes, &hex);
	return json_pack("{s:s, s:I, s:I, s:I, s:s, s:s}", "bytes", buf_str(&hex), "len",
		(json_int_t)heard->bytes.len, "pieces", (json_int_t)heard->count, "scans",
		(json_int_t)found->scans, "end", scan_end_word(found->end), "aim", found->aim);
}

static void on_read(void *arg, const struct enrol_found *found, const struct enrol_heard *heard)
{
	struct bench *bench = arg;
	const struct enrol_task *task = bench->enrol_task;
	const struct enrol_words *words = enrol_reading_words(found->reading);

	log_info("enrolment of '%s': %s", task->identity, words->says);
	(void)bench_report_give(bench,
		json_pack("{s:s, s:I, s:s, s:s, s:s, s:s, s:s?, s:o, s:o, s:o}", "what",
			"enrol_read", "enrolment_id", (json_int_t)task->enrolment_id, "reading",
			words->word, "says", words->says, "hint", words->hint, "seen", found->seen,
			"protocol", found->driver ? found->driver->name : NULL, "settings",
			settings_new(found, task->identity), "advice", advice_new(found->advice),
			"evidence", evidence_new(found, heard)),
		NULL); /* not kept: it is logged, and the person scans again */
}

static const struct enrolment_events events = { .read = on_read };

void bench_enrol_try(struct bench *bench)
{
	const struct enrol_task *task = bench->enrol_task;
	struct err err = { 0 };

	if (!task || bench->enrolment || !bench->usb || loop_now_ms(bench->loop) >= task->end_ms)
		return;
	for (size_t i = 0; i < usb_view_count(bench->usb); i++) {
		struct usb_view view;

		usb_view(bench->usb, i, &view);
		if (!str_equal(view.identity, task->identity))
			continue;
		bench->enrolment = enrolment_new(
			&(struct enrolment_setup) {
				.loop = bench->loop,
				.identity = task->identity,
				.code = task->code,
				.protocols = view.found->protocols,
				.left_ms = task->end_ms - loop_now_ms(bench->loop),
				.transport = &transport_usb_scanner,
				.usb = bench->usb,
				.events = &events,
				.arg = bench,
			},
			&err);
		if (!bench->enrolment)
			log_err(&err);
		return;
	}
}

static bool task_read(const json_t *json, struct enrol_task *out)
{
	const char *identity = json_string_value(json_object_get(json, "identity"));
	const char *code = json_string_value(json_object_get(json, "code"));

	out->enrolment_id = json_integer_value(json_object_get(json, "enrolment_id"));
	return out->enrolment_id > 0 && identity && code &&
	       str_copy(out->identity, sizeof(out->identity), identity) &&
	       str_copy(out->code, sizeof(out->code), code);
}

void bench_enrol_set(struct bench *bench, const json_t *json)
{
	struct enrol_task task = { 0 };
	bool is_task = task_read(json, &task);

	if (is_task && bench->enrol_task && bench->enrol_task->enrolment_id == task.enrolment_id)
		return;
	enrolment_free(bench->enrolment);
	bench->enrolment = NULL;
	free(bench->enrol_task);
	bench->enrol_task = NULL;
	if (!is_task)
		return;
	task.end_ms = loop_now_ms(bench->loop) + ENROLMENT_MS;
	bench->enrol_task = xmalloc(sizeof(task));
	*bench->enrol_task = task;
	bench_enrol_try(bench);
}
