/* What devices say -> reports and notices to the core. */
#include "daemon/base/clock.h"
#include "daemon/base/cursor.h"
#include "daemon/base/log.h"
#include "daemon/base/str.h"
#include "daemon/bench/inside.h"
#include "daemon/bench/tray.h"
#include "daemon/bench/virtual_printer.h"
#include "printers/bitmap_png.h"

void bench_notice_give(struct bench *bench, json_t *body, const struct link_payloads *payloads)
{
	AUTO(json_decref) json_t *owned = body;
	struct err err = { 0 };

	if (!link_notice(bench->link, owned, payloads, &err))
		log_debug("a notice was not sent: %s", err.message);
}

bool bench_report_give(struct bench *bench, json_t *body, uint64_t *out_id)
{
	AUTO(json_decref) json_t *owned = body;
	struct err err = { 0 };

	if (link_report(bench->link, owned, out_id, &err))
		return true;
	(void)err_wrap(&err, "a report is lost");
	log_err(&err);
	return false;
}

static json_t *counter_new(bool has_counter, uint64_t counter)
{
	return has_counter ? json_integer((json_int_t)counter) : json_null();
}

/* As the s? of json_pack wants it: null when nothing tells. */
const char *plug_word(const char *plug)
{
	return plug && plug[0] != '\0' ? plug : NULL;
}

json_t *state_words_new(unsigned state)
{
	json_t *words = json_array();

	if (state == 0)
		state = PRINTER_SILENT;
	for (unsigned bit = 0; bit < PRINTER_STATE_WORDS; bit++) {
		if (state & 1u << bit)
			json_array_append_new(words, json_string(printer_state_word(bit)));
	}
	return words;
}

void device_tell_here(struct device *device, bool here)
{
	bench_notice_give(device->bench,
		json_pack("{s:s, s:I, s:b}", "what", "device_here", "device_id",
			(json_int_t)device->entry.device_id, "here", here),
		NULL);
}

/* --- printers
 * ----------------------------------------------------------------------------------------- */

void device_tell_state(struct device *device)
{
	const struct printer_truth *truth = printer_truth_get(device->printer);

	if (truth->state == 0)
		return; /* not asked yet; the first round tells */
	bench_notice_give(device->bench,
		json_pack("{s:s, s:I, s:o, s:o}", "what", "printer_state", "device_id",
			(json_int_t)device->entry.device_id, "state", state_words_new(truth->state),
			"counter", counter_new(truth->has_counter, truth->counter)),
		NULL);
}

static void printer_here(void *arg, bool here, const struct err *why)
{
	struct device *device = arg;

	log_info("printer '%s' is %s%s%s", device->entry.identity, here ? "here" : "gone",
		why ? ": " : "", why ? why->message : "");
	if (!here)
		ledger_void(device->bench->ledger, device->entry.device_id);
	device_tell_here(device, here);
}

static void printer_changed(void *arg, const struct printer_truth *truth)
{
	(void)truth; /* already what printer_truth_get gives */
	device_tell_state(arg);
}

/* What later requests for the same job are measured by. */
static void result_note(struct device *device, const struct printer_result *result)
{
	struct ledger *ledger = device->bench->ledger;

	ledger_set_counter(ledger, result->job, result->has_before, result->before);
	switch (result->state) {
	case PRINTER_SENT:
		device->last_job = result->job;
		break;
	case PRINTER_PRINTED:
		ledger_end(ledger, result->job, LEDGER_PRINTED);
		break;
	case PRINTER_FAILED:
		ledger_end(ledger, result->job, LEDGER_FAILED);
		break;
	case PRINTER_UNKNOWN:
		ledger_end(ledger, result->job, LEDGER_UNKNOWN);
		break;
	}
}

static void printer_result(void *arg, const struct printer_result *result)
{
	struct device *device = arg;

	result_note(device, result);
	log_info("print job %lld: %s", (long long)result->job, printer_result_word(result->state));
	(void)bench_report_give(device->bench,
		json_pack("{s:s, s:I, s:I, s:s, s:o, s:s?, s:s, s:s, s:s}", "what", "print_result",
			"print_job_id", (json_int_t)result->job, "device_id",
			(json_int_t)device->entry.device_id, "state",
			printer_result_word(result->state), "counter",
			counter_new(result->has_counter, result->counter), "plug",
			plug_word(result->plug), "evidence", result->evidence, "message",
			result->why.message, "hint", result->why.hint),
		NULL);
	if (result->state != PRINTER_SENT)
		devices_let_go_soon(device->bench);
}

const struct printer_events device_printer_events = {
	.here = printer_here,
	.changed = printer_changed,
	.result = printer_result,
};

void device_lose_job(struct device *device)
{
	struct printer_result result = {
		.state = PRINTER_FAILED,
		.evidence = "the printer was taken out of the list of devices",
	};
	bool is_begun;

	if (!device->printer || !printer_job_is_open(device->printer, &result.job, &is_begun))
		return;
	(void)err_set(&result.why, ERR_DEVICE_OFFLINE, "printer '%s' was taken away",
		device->entry.identity);
	if (is_begun) {
		result.state = PRINTER_UNKNOWN;
		(void)err_hint(&result.why, "look whether the label came out");
	}
	printer_result(device, &result);
}

void device_tell_label(void *arg, const struct label_bitmap *label)
{
	struct device *device = arg;
	AUTO_BUF png = { 0 };
	struct err err = { 0 };

	/* dots per metre: 25,400 micrometres are an inch */
	if (!bitmap_png(label, device->entry.dpi * 10000 / 254, &png, &err)) {
		log_err(&err);
		return;
	}
	if (device->bench->tray && !tray_put(device->bench->tray, device->entry.device_id,
					   virtual_printer_counter(printer_port(device->printer)),
					   buf_bytes(&png), &err))
		log_err(&err);
	struct link_payloads payloads = { .count = 1, .items = { { "png", buf_bytes(&png) } } };

	bench_notice_give(device->bench,
		json_pack("{s:s, s:I, s:I}", "what", "virtual_label", "device_id",
			(json_int_t)device->entry.device_id, "print_job_id",
			(json_int_t)device->last_job),
		&payloads);
}

/* --- scanners
 * ----------------------------------------------------------------------------------------- */

static void scanner_here(void *arg, bool here)
{
	struct device *device = arg;

	log_info("scanner '%s' is %s", device->entry.identity, here ? "here" : "gone");
	if (here)
		device->scans_before = device->bench->scan_counter;
	device_tell_here(device, here);
}

static json_t *evidence_new(const struct device *device, const struct scan *scan,
	const struct scanner_evidence *evidence)
{
	json_t *reports = json_array();
	struct cursor in = cursor_over(evidence->reports);

	for (size_t i = 0; i < evidence->report_count; i++) {
		AUTO_BUF hex = { 0 };

		hex_encode(cursor_take(&in, evidence->report_len[i]), &hex);
		json_array_append_new(reports, json_string(buf_str(&hex)));
	}
	const struct bench *bench = device->bench;

	return json_pack("{s:s, s:s, s:s, s:o, s:I, s:I, s:I, s:I, s:I}", "transport",
		device->entry.transport->name, "driver", evidence->driver, "end",
		scan_end_word(scan->end), "reports", reports, "left_out",
		(json_int_t)evidence->left_out, "first_us",
		(json_int_t)(bench->epoch_us + evidence->first_ms * 1000), "last_us",
		(json_int_t)(bench->epoch_us + evidence->last_ms * 1000), "first_late_ms",
		(json_int_t)evidence->first_late_ms, "last_late_ms",
		(json_int_t)evidence->last_late_ms);
}

/* The person must not believe that a scan is stored which the core has not got. */
static void tell_not_stored(struct device *device)
{
	struct err err = { 0 };

	if (!scanner_feedback(device->scanner, SCAN_NOT_STORED, &err))
		log_debug("no feedback: %s", err.message);
}

bool device_trouble(const struct device *device, struct err *out)
{
	if (!device->is_flooding)
		return false;
	(void)err_set(out, ERR_BUSY,
		"scanner '%s' sends too much: %u scans of it are not stored yet; it is not "
		"listened to until they are",
		device->entry.identity, SCANS_UNSTORED_MAX);
	(void)err_hint(out, "if it reads by itself, set it to read when its trigger is pulled");
	return true;
}

static void flooding_set(struct device *device, bool flooding)
{
	struct err err = { 0 };

	device->is_flooding = flooding;
	scanner_set_paused(device->scanner, flooding);
	if (device_trouble(device, &err))
		log_warning("%s (%s)", err.message, err.hint);
	else
		log_notice("scanner '%s' is listened to again", device->entry.identity);
	if (device->bench->usb)
		bench_tell_usb(device->bench);
}

void device_tell_stored(struct device *device, uint64_t report)
{
	for (size_t i = 0; i < device->unstored_count; i++) {
		if (device->unstored[i] != report)
			continue;
		device->unstored[i] = device->unstored[--device->unstored_count];
		break;
	}
	if (device->is_flooding && device->unstored_count == 0)
		flooding_set(device, false);
}

static void scanner_scan(
	void *arg, const struct scan *scan, const struct scanner_evidence *evidence)
{
	struct device *device = arg;
	struct bench *bench = device->bench;
	AUTO_BUF raw = { 0 };

	base64_encode(scan->raw, &raw);
	json_t *aim = scan->aim[0] ? json_string(scan->aim) : json_null();
	bool is_told = !bench_has_core(bench);
	json_t *body = json_pack("{s:s, s:{s:s, s:I}, s:I, s:s, s:o, s:I, s:b, s:o}", "what",
		"scan", "scan", "start_id", bench->start_id, "counter",
		(json_int_t)++bench->scan_counter, "device_id", (json_int_t)device->entry.device_id,
		"raw", buf_str(&raw), "aim", aim, "at_us", (json_int_t)clock_real_us(), "told",
		is_told, "evidence", evidence_new(device, scan, evidence));
	device->last_scan = bench->scan_counter;
	pass_scanned(bench->pass, bench->scan_counter);

	uint64_t report;
	bool is_kept = bench_report_give(bench, body, &report);

	if (!is_kept || is_told)
		tell_not_stored(device);
	else
		device->unheard++;
	if (is_kept)
		device->unstored[device->unstored_count++] = report;
	if (device->unstored_count == SCANS_UNSTORED_MAX)
		flooding_set(device, true);
}

void device_tell_unheard(struct device *device)
{
	if (device->unheard == 0)
		return;
	tell_not_stored(device);
	device->unheard = 0;
	device->told_scan = device->last_scan;
}

static void scanner_broken(void *arg, const char *why)
{
	struct device *device = arg;

	log_warning("scanner '%s': %s", device->entry.identity, why);
	tell_not_stored(device);
}

const struct scanner_events device_scanner_events = {
	.here = scanner_here,
	.scan = scanner_scan,
	.broken = scanner_broken,
};
