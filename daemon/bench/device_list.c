/* JSON -> entries of devices. */
#include "daemon/bench/device_list.h"

#include <stdlib.h>

#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "printers/fake/fake_printer.h"
#include "scanners/keyboard.h"
#include "scanners/maker.h"

#define DPI_MIN 100
#define DPI_MAX 1200
#define LABEL_UM_MAX 1000000

static bool size_read(const json_t *json, unsigned *out)
{
	if (!json || json_is_null(json))
		return true;
	if (!json_is_integer(json) || json_integer_value(json) < 1 ||
		json_integer_value(json) > LABEL_UM_MAX)
		return false;
	*out = (unsigned)json_integer_value(json);
	return true;
}

static bool printer_read(
	json_t *json, struct device_entry *out, const char *language, struct err *err)
{
	json_t *dpi = json_object_get(json, "dpi");

	out->printer = language ? printer_driver_find(language) : NULL;
	if (!out->printer)
		return err_set(err, ERR_INVALID, "its language is not known here");
	if (out->is_virtual && !fake_printer_speaks(out->printer))
		return err_set(err, ERR_INVALID, "there is no virtual printer of the language '%s'",
			language);
	if (!json_is_integer(dpi) || json_integer_value(dpi) < DPI_MIN ||
		json_integer_value(dpi) > DPI_MAX)
		return err_set(err, ERR_INVALID, "its dpi is missing or out of range");
	out->dpi = (unsigned)json_integer_value(dpi);
	if (!size_read(json_object_get(json, "width_um"), &out->width_um) ||
		!size_read(json_object_get(json, "height_um"), &out->height_um) ||
		(out->width_um == 0) != (out->height_um == 0))
		return err_set(err, ERR_INVALID, "the size of its labels makes no sense");
	return true;
}

static bool keyboard_read(const json_t *value, struct scanner_settings *out)
{
	out->keyboard =
		json_is_string(value) ? keyboard_layout_find(json_string_value(value)) : NULL;
	return out->keyboard;
}

static bool terminator_read(const json_t *value, struct scanner_settings *out)
{
	return json_is_string(value) &&
	       scan_terminator_parse(json_string_value(value), &out->terminator);
}

static bool maker_read(const json_t *value, struct scanner_settings *out)
{
	return json_is_string(value) && scanner_maker_parse(json_string_value(value), &out->maker);
}

static bool has_aim_read(const json_t *value, struct scanner_settings *out)
{
	out->has_aim = json_is_true(value);
	return json_is_boolean(value);
}

static bool baud_read(const json_t *value, struct scanner_settings *out)
{
	return json_is_string(value) && line_baud_parse(json_string_value(value), &out->baud);
}

static bool format_read(const json_t *value, struct scanner_settings *out)
{
	return json_is_string(value) && line_format_parse(json_string_value(value), &out->format);
}

static bool has_ack_read(const json_t *value, struct scanner_settings *out)
{
	out->has_ack = json_is_true(value);
	return json_is_boolean(value);
}

static const struct {
	const char *name;
	bool (*read)(const json_t *value, struct scanner_settings *out);
} settings[] = {
	{ "keyboard", keyboard_read },
	{ "terminator", terminator_read },
	{ "maker", maker_read },
	{ "has_aim", has_aim_read },
	{ "has_ack", has_ack_read },
	{ "baud", baud_read },
	{ "format", format_read },
};

static bool setting_read(
	const char *name, const json_t *value, struct scanner_settings *out, struct err *err)
{
	for (size_t i = 0; i < ARRAY_LEN(settings); i++) {
		if (str_equal(settings[i].name, name))
			return settings[i].read(value, out) ||
			       err_set(err, ERR_INVALID, "its setting '%s' makes no sense", name);
	}
	return err_set(err, ERR_INVALID, "its setting '%.40s' is not known here", name);
}

/* Those that are missing are as usual. */
static bool settings_read(json_t *json, struct scanner_settings *out, struct err *err)
{
	const char *name;
	json_t *value;

	if (json && !json_is_object(json) && !json_is_null(json))
		return err_set(err, ERR_INVALID, "its settings are no object");
	json_object_foreach (json, name, value) {
		if (!setting_read(name, value, out, err))
			return false;
	}
	return true;
}

/* SHA-256 in lower-case hexadecimal. */
static bool descriptors_read(const json_t *json, char out[DEVICE_DESCRIPTORS_HEX + 1])
{
	static const char digits[] = "0123456789abcdef";

	if (!json || json_is_null(json))
		return true;
	const char *text = json_string_value(json);

	return text && strspn(text, digits) == DEVICE_DESCRIPTORS_HEX &&
	       str_copy(out, DEVICE_DESCRIPTORS_HEX + 1, text);
}

static bool scanner_read(json_t *json, struct device_entry *out, struct err *err)
{
	const json_t *protocol = json_object_get(json, "protocol");
	const char *name =
		json_is_string(protocol) ? json_string_value(protocol) : scanner_driver_at(0)->name;

	if (out->is_virtual) {
		out->scanner = &scanner_driver_plain;
		return true;
	}
	out->scanner = scanner_driver_find(name);
	if (!out->scanner)
		return err_set(err, ERR_INVALID, "its protocol '%.40s' is not known here", name);
	if (!descriptors_read(json_object_get(json, "descriptors"), out->descriptors))
		return err_set(err, ERR_INVALID, "the hash of its descriptors makes no sense");
	return settings_read(json_object_get(json, "settings"), &out->settings, err);
}

static bool transport_read(
	struct device_entry *out, const char *kind, const char *transport, struct err *err)
{
	if (!kind || (!str_equal(kind, "printer") && !str_equal(kind, "scanner")))
		return err_set(err, ERR_INVALID, "it is neither a printer nor a scanner");
	out->transport = transport ? transport_find(transport, kind) : NULL;
	if (!out->transport)
		return err_set(err, ERR_INVALID, "its transport is not known here");
	out->is_virtual = str_equal(transport, "virtual");
	return true;
}

static bool entry_read(json_t *json, bool allow_virtual, struct device_entry *out, struct err *err)
{
	const char *kind = json_string_value(json_object_get(json, "kind"));
	const char *transport = json_string_value(json_object_get(json, "transport"));
	const char *identity = json_string_value(json_object_get(json, "identity"));
	const char *language = json_string_value(json_object_get(json, "language"));

	if (!identity || !str_copy(out->identity, sizeof(out->identity), identity))
		return err_set(err, ERR_INVALID, "its identity is missing or too long");
	if (!transport_read(out, kind, transport, err))
		return false;
	if (out->is_virtual && !allow_virtual) {
		(void)err_set(err, ERR_FORBIDDEN, "virtual devices are for practice only");
		return err_hint(err, "take it out of the devices, or set allow_virtual = yes");
	}
	if (str_equal(kind, "printer"))
		return printer_read(json, out, language, err);
	return scanner_read(json, out, err);
}

static bool is_listed(const struct device_list *list, int64_t device_id)
{
	for (size_t i = 0; i < list->count; i++) {
		if (list->entries[i].device_id == device_id)
			return true;
	}
	return false;
}

/* One cable each: what a real printer says must reach the one who asked. */
static bool is_at_one_place(const struct device_list *list, const struct device_entry *entry)
{
	for (size_t i = 0; i < list->count && !entry->is_virtual; i++) {
		if (list->entries[i].transport == entry->transport &&
			str_equal(list->entries[i].identity, entry->identity))
			return false;
	}
	return true;
}

static bool list_add(struct device_list *list, json_t *json, bool allow_virtual, struct err *err)
{
	struct device_entry *entry = &list->entries[list->count];
	json_t *device_id = json_object_get(json, "device_id");

	if (!json_is_integer(device_id))
		return err_set(
			err, ERR_INVALID, "device %zu of the list has no number", list->count + 1);
	entry->device_id = json_integer_value(device_id);
	if (is_listed(list, entry->device_id))
		return err_set(err, ERR_INVALID, "device %lld is listed twice",
			(long long)entry->device_id);
	if (!entry_read(json, allow_virtual, entry, err))
		return err_wrap(err, "device %lld", (long long)entry->device_id);
	if (!is_at_one_place(list, entry))
		return err_set(err, ERR_INVALID, "'%s' is listed twice", entry->identity);
	list->count++;
	return true;
}

static enum device_prints prints_read(const json_t *json)
{
	if (json_is_null(json))
		return DEVICE_PRINTS_UNKNOWN;
	return json_is_false(json) ? DEVICE_PRINTS_NOT : DEVICE_PRINTS;
}

struct device_list *device_list_read(json_t *body, bool allow_virtual, struct err *err)
{
	json_t *devices = json_object_get(body, "devices");
	size_t index;
	json_t *json;

	if (!json_is_array(devices) || json_array_size(devices) > DEVICES_MAX) {
		(void)err_set(err, ERR_INVALID, "the list of devices is missing or too long");
		return NULL;
	}
	struct device_list *list =
		xcalloc(1, sizeof(*list) + json_array_size(devices) * sizeof(list->entries[0]));

	list->prints = prints_read(json_object_get(body, "prints"));
	json_array_foreach (devices, index, json) {
		if (list_add(list, json, allow_virtual, err))
			continue;
		device_list_free(list);
		return NULL;
	}
	return list;
}

void device_list_free(struct device_list *list)
{
	free(list);
}

static bool settings_are_same(const struct scanner_settings *a, const struct scanner_settings *b)
{
	return a->keyboard == b->keyboard && a->terminator == b->terminator &&
	       a->maker == b->maker && a->has_aim == b->has_aim && a->has_ack == b->has_ack &&
	       a->baud == b->baud && a->format == b->format;
}

bool device_entry_is_same(const struct device_entry *a, const struct device_entry *b)
{
	return a->device_id == b->device_id && a->transport == b->transport &&
	       a->printer == b->printer && a->scanner == b->scanner && a->dpi == b->dpi &&
	       a->width_um == b->width_um && a->height_um == b->height_um &&
	       settings_are_same(&a->settings, &b->settings) &&
	       str_equal(a->descriptors, b->descriptors) && str_equal(a->identity, b->identity);
}
