/* What is plugged in by USB -> the log, and a notice to the core. */
#include "daemon/base/log.h"
#include "daemon/base/str.h"
#include "daemon/bench/inside.h"
#include "daemon/bench/usb/language.h"

/* What is wrong and what to do, as one text. */
static void problem_text(const struct err *problem, struct buf *out)
{
	buf_add_str(out, problem->message);
	if (problem->hint[0] && out->len + strlen(problem->hint) + 2 <= BENCH_USB_TEXT_MAX)
		buf_addf(out, ": %s", problem->hint);
	while (out->len > BENCH_USB_TEXT_MAX || !utf8_is_valid(buf_bytes(out)))
		buf_cut(out, out->len - 1);
}

/* NULL: it is none of the list. */
static const struct device *device_of(const struct bench *bench, const struct usb_view *view)
{
	LIST_FOREACH (node, &bench->devices) {
		const struct device *device = LIST_ITEM(node, struct device, node);

		if (str_equal(device->entry.identity, view->identity))
			return device;
	}
	return NULL;
}

/* Of the USB, or of what is done with what the device says. */
static bool trouble_of(const struct device *device, const struct usb_view *view, struct err *out)
{
	if (view->problem) {
		*out = *view->problem;
		return true;
	}
	return device && device_trouble(device, out);
}

/* A scanner that is open, and to which nobody listens now, is as good as none. */
static bool is_used(const struct device *device, const struct usb_view *view)
{
	if (!device || !view->is_here)
		return false;
	return device->printer || (scanner_is_here(device->scanner) && !device->is_flooding);
}

static json_t *view_new(const struct bench *bench, const struct usb_view *view)
{
	const struct usb_found *found = view->found;
	char vendor[5];
	char product[5];

	snprintf(vendor, sizeof(vendor), "%04x", (unsigned)found->descriptors.vendor);
	snprintf(product, sizeof(product), "%04x", (unsigned)found->descriptors.product);
	AUTO_BUF problem = { 0 };
	AUTO_BUF descriptors = { 0 };
	struct err trouble = { 0 };
	const struct device *device = device_of(bench, view);
	const char *unfit;
	const char *language = usb_language_of(found, &unfit);

	if (trouble_of(device, view, &trouble))
		problem_text(&trouble, &problem);
	else
		buf_add_str(&problem, unfit);
	if (found->kind == USB_KIND_SCANNER)
		hex_encode(bytes_of(found->raw, found->raw_len), &descriptors);
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:b, s:b, s:s}",
		"identity", view->identity, "kind", usb_kind_word(found->kind), "vendor", vendor,
		"product", product, "serial", found->serial, "path", found->place, "maker",
		found->maker, "model", found->model, "language", language, "protocols",
		found->protocols, "descriptors", buf_str(&descriptors), "assigned",
		view->is_assigned, "used", is_used(device, view), "problem", buf_str(&problem));
}

static void views_add(const struct bench *bench, bool assigned, json_t *out)
{
	const struct usb *usb = bench->usb;

	for (size_t i = 0; i < usb_view_count(usb); i++) {
		struct usb_view view;

		usb_view(usb, i, &view);
		if (view.is_assigned == assigned && json_array_size(out) < BENCH_USB_TOLD_MAX)
			json_array_append_new(out, view_new(bench, &view));
	}
}

void bench_tell_usb(struct bench *bench)
{
	json_t *devices = json_array();

	views_add(bench, true, devices);
	views_add(bench, false, devices);
	bench_notice_give(
		bench, json_pack("{s:s, s:o}", "what", "usb_devices", "devices", devices), NULL);
}

static void usb_changed(void *arg)
{
	struct bench *bench = arg;
	size_t count = usb_view_count(bench->usb);
	size_t assigned = 0;

	for (size_t i = 0; i < count; i++) {
		struct usb_view view;

		usb_view(bench->usb, i, &view);
		assigned += view.is_assigned;
	}
	log_info(
		"USB: %zu printers and scanners plugged in, %zu of them assigned", count, assigned);
	bench_tell_usb(bench);
	bench_enrol_try(bench);
}

static void usb_trouble(void *arg, const struct err *err)
{
	(void)arg;
	if (err->code == ERR_NOT_FOUND)
		log_notice("%s", err->message); /* a bench without USB is none the worse */
	else
		log_warning("%s (%s)", err->message, err->hint);
}

const struct usb_events bench_usb_events = {
	.changed = usb_changed,
	.trouble = usb_trouble,
};
