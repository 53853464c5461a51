/* What the core asks (contrib/CONTRACTS.md 2). */
#include "daemon/base/log.h"
#include "daemon/base/str.h"
#include "daemon/bench/inside.h"
#include "daemon/bench/virtual_printer.h"
#include "daemon/bench/virtual_scanner.h"
#include "scanners/symbology.h"

/* One request. Answered when handle returns true, unless it answers later by itself. */
struct request {
	struct bench *bench;
	uint64_t id;
	json_t *body;
	const struct link_payloads *payloads;
	bool is_later; /* set by handle: the reply comes later */
};

static bool do_devices(struct request *request, struct err *err)
{
	struct bench *bench = request->bench;
	bool allow_virtual =
		bench->allow_virtual || json_is_true(json_object_get(request->body, "practice"));
	AUTO(device_list_free)
	struct device_list *list = device_list_read(request->body, allow_virtual, err);

	if (list) {
		bench_enrol_set(bench, json_object_get(request->body, "enrol"));
		bool is_whole = devices_replace(bench, list, err);

		return pass_replace(bench->pass, json_object_get(request->body, "pass"),
			       is_whole ? err : NULL) &&
		       is_whole;
	}
	if (err->code == ERR_FORBIDDEN)
		devices_close_virtual(bench);
	return false;
}

static void query_answered(void *arg, uint64_t tag, const struct printer_truth *truth)
{
	struct bench *bench = arg;
	AUTO(json_decref)
	json_t *reply = json_pack("{s:o, s:o, s:s?, s:b, s:b}", "state",
		state_words_new(truth->state), "counter",
		truth->has_counter ? json_integer((json_int_t)truth->counter) : json_null(), "plug",
		plug_word(truth->plug), "answered", truth->answered, "may_hold", truth->may_hold);

	link_reply(bench->link, tag, reply, NULL);
}

static bool do_printer_query(struct request *request, struct err *err)
{
	bool may_be_fresh = json_is_true(json_object_get(request->body, "may_be_fresh"));
	struct device *device;

	request->is_later = true;
	return device_find_printer(request->bench, request->body, &device, err) &&
	       printer_ask(device->printer, may_be_fresh, query_answered, request->bench,
		       request->id, err);
}

static bool do_print(struct request *request, struct err *err)
{
	struct bench *bench = request->bench;
	json_t *job = json_object_get(request->body, "print_job_id");
	struct ledger_proof proof;
	struct device *device;

	if (!device_find_printer(bench, request->body, &device, err))
		return false;
	if (!json_is_integer(job) || json_integer_value(job) <= 0)
		return err_set(err, ERR_INVALID, "print_job_id is missing");
	if (!link_payload_is_here(request->payloads, "bytes"))
		return err_set(err, ERR_INVALID, "the label's bytes are missing");
	int64_t number = json_integer_value(job);
	int64_t device_id = device->entry.device_id;

	if (!ledger_check(bench->ledger, number, device_id, &proof, err) ||
		!printer_print(device->printer, number,
			link_payload_find(request->payloads, "bytes"), &proof, err))
		return false;
	ledger_begin(bench->ledger, number, device_id);
	return true;
}

/* Whether what is plugged in now made that scan: another may be in its place. */
static bool scan_is_of(const struct device *device, const json_t *scan)
{
	const char *start_id = json_string_value(json_object_get(scan, "start_id"));
	json_int_t counter = json_integer_value(json_object_get(scan, "counter"));

	return str_equal(start_id, device->bench->start_id) && counter > 0 &&
	       (uint64_t)counter > device->scans_before;
}

/* Its person heard NOT STORED, and has gone on: a beep would be taken for another scan's. */
static bool scan_is_told(const struct device *device, const json_t *scan, struct err *err)
{
	json_int_t counter = json_integer_value(json_object_get(scan, "counter"));

	if (!scan || (uint64_t)counter > device->told_scan)
		return false;
	(void)err_set(err, ERR_CONFLICT, "its person was told that the scan is not stored");
	return true;
}

/* It has given up on that scan, and waits for the answer to another. */
static bool scan_is_given_up(const struct device *device, const json_t *scan)
{
	json_int_t counter = json_integer_value(json_object_get(scan, "counter"));

	return device->entry.settings.has_ack && scan && (uint64_t)counter != device->last_scan;
}

/* That it is answered at all says that this process runs, and that it is asked, that the core does.
 */
static bool do_alive(struct request *request, struct err *err)
{
	bench_core_heard(request->bench);
	(void)err;
	return true;
}

static bool do_feedback(struct request *request, struct err *err)
{
	const char *word = json_string_value(json_object_get(request->body, "verdict"));
	const json_t *scan = json_object_get(request->body, "scan");
	enum scan_verdict verdict;
	struct device *device;

	if (!device_find_scanner(request->bench, request->body, &device, err))
		return false;
	if (!word || !scan_verdict_parse(word, &verdict))
		return err_set(err, ERR_INVALID, "there is no such verdict");
	if (device->unheard > 0)
		device->unheard--;
	if (scan && !scan_is_of(device, scan))
		return err_set(err, ERR_CONFLICT,
			"the scanner was plugged in after that scan: it is not told");
	if (scan_is_told(device, scan, err))
		return false;
	return scan_is_given_up(device, scan) || scanner_feedback(device->scanner, verdict, err);
}

static void pass_answered(void *arg, uint64_t tag, const struct err *err)
{
	struct bench *bench = arg;
	AUTO(json_decref) json_t *reply = json_object();

	if (!err) {
		link_reply(bench->link, tag, reply, NULL);
		return;
	}
	log_err(err);
	link_reply_err(bench->link, tag, err);
}

static bool do_pass_on(struct request *request, struct err *err)
{
	const json_t *scan = json_object_get(request->body, "scan");
	const json_t *text = json_object_get(request->body, "text");
	struct device *device;

	if (!device_find_scanner(request->bench, request->body, &device, err))
		return false;
	if (!json_is_string(text))
		return err_set(err, ERR_INVALID, "text is missing");
	if (!scan_is_of(device, scan))
		return err_set(err, ERR_CONFLICT,
			"the scanner was plugged in after that scan: it is not handed on");
	if (scan_is_told(device, scan, err))
		return false;
	request->is_later = true;
	return pass_give(request->bench->pass,
		&(struct pass_code) {
			.station_id =
				json_integer_value(json_object_get(request->body, "station_id")),
			.counter = (uint64_t)json_integer_value(json_object_get(scan, "counter")),
			.text = bytes_of(json_string_value(text), json_string_length(text)),
		},
		pass_answered, request->bench, request->id, err);
}

static bool virtual_only(const struct device *device, struct err *err)
{
	return device->entry.is_virtual || err_set(err, ERR_FORBIDDEN, "device %lld is a real one",
						   (long long)device->entry.device_id);
}

static bool do_virtual_scan(struct request *request, struct err *err)
{
	json_t *raw = json_object_get(request->body, "raw");
	json_t *aim = json_object_get(request->body, "aim");
	struct scan scan = { 0 };
	AUTO_BUF bytes = { 0 };
	struct device *device;

	if (!device_find_scanner(request->bench, request->body, &device, err) ||
		!virtual_only(device, err))
		return false;
	if (!json_is_string(raw))
		return err_set(err, ERR_INVALID, "raw is missing");
	if (!base64_decode(bytes_of(json_string_value(raw), json_string_length(raw)), &bytes, err))
		return false;
	if (json_is_string(aim) && !symbology_name(json_string_value(aim)))
		return err_set(err, ERR_INVALID, "aim is no symbology identifier");
	if (json_is_string(aim))
		(void)str_copy(scan.aim, sizeof(scan.aim), json_string_value(aim));
	scan.raw = buf_bytes(&bytes);
	return virtual_scanner_read(scanner_port(device->scanner), &scan, err);
}

static bool do_virtual_printer(struct request *request, struct err *err)
{
	const char *word = json_string_value(json_object_get(request->body, "mode"));
	json_t *left = json_object_get(request->body, "labels_left");
	int labels_left = FAKE_PRINTER_ENDLESS;
	enum fake_printer_mode mode;
	struct device *device;

	if (!device_find_printer(request->bench, request->body, &device, err) ||
		!virtual_only(device, err))
		return false;
	if (!word || !fake_printer_mode_parse(word, &mode))
		return err_set(err, ERR_INVALID, "there is no such mode");
	if (json_is_integer(left)) {
		if (json_integer_value(left) < 0 || json_integer_value(left) > 100000)
			return err_set(err, ERR_INVALID, "labels_left is out of range");
		labels_left = (int)json_integer_value(left);
	}
	virtual_printer_set(printer_port(device->printer), mode, labels_left);
	return true;
}

static const struct {
	const char *name;
	bool (*handle)(struct request *request, struct err *err);
} requests[] = {
	{ "devices", do_devices },
	{ "printer_query", do_printer_query },
	{ "print", do_print },
	{ "alive", do_alive },
	{ "feedback", do_feedback },
	{ "pass_on", do_pass_on },
	{ "virtual_scan", do_virtual_scan },
	{ "virtual_printer", do_virtual_printer },
};

static bool request_handle(struct request *request, struct err *err)
{
	const char *name = json_string_value(json_object_get(request->body, "do"));

	for (size_t i = 0; name && i < ARRAY_LEN(requests); i++) {
		if (str_equal(requests[i].name, name))
			return requests[i].handle(request, err);
	}
	return err_set(err, ERR_INVALID, "the bench does not know what to do");
}

void bench_on_request(struct link *link, uint64_t id, json_t *body,
	const struct link_payloads *payloads, void *arg)
{
	struct request request = {
		.bench = arg,
		.id = id,
		.body = body,
		.payloads = payloads,
	};
	struct err err = { 0 };

	if (!request_handle(&request, &err)) {
		log_err(&err);
		link_reply_err(link, id, &err);
		return;
	}
	if (request.is_later)
		return;
	AUTO(json_decref) json_t *reply = json_object();

	link_reply(link, id, reply, NULL);
}
