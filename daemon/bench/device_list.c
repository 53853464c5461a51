/* JSON -> entries of devices. */
#include "daemon/bench/device_list.h"

#include "daemon/base/str.h"
#include "printers/fake/fake_printer.h"
#include "scanners/hid_pos.h"

#define DPI_MIN 100
#define DPI_MAX 1200

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
	return true;
}

static bool scanner_read(struct device_entry *out, const char *language, struct err *err)
{
	if (!out->is_virtual && language && !str_equal(language, scanner_driver_hid_pos.name))
		return err_set(err, ERR_INVALID, "its kind of scanner is not known here");
	out->scanner = out->is_virtual ? &scanner_driver_plain : &scanner_driver_hid_pos;
	return true;
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
	return scanner_read(out, language, err);
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

bool device_list_read(json_t *body, bool allow_virtual, struct device_list *out, struct err *err)
{
	json_t *devices = json_object_get(body, "devices");
	struct device_list list = { 0 };
	size_t index;
	json_t *json;

	if (!json_is_array(devices) || json_array_size(devices) > DEVICES_MAX)
		return err_set(err, ERR_INVALID, "the list of devices is missing or too long");
	json_array_foreach (devices, index, json) {
		struct device_entry *entry = &list.entries[list.count];
		json_t *device_id = json_object_get(json, "device_id");

		if (!json_is_integer(device_id))
			return err_set(err, ERR_INVALID, "device %zu of the list has no number",
				index + 1);
		entry->device_id = json_integer_value(device_id);
		if (is_listed(&list, entry->device_id))
			return err_set(err, ERR_INVALID, "device %lld is listed twice",
				(long long)entry->device_id);
		if (!entry_read(json, allow_virtual, entry, err))
			return err_wrap(err, "device %lld", (long long)entry->device_id);
		if (!is_at_one_place(&list, entry))
			return err_set(err, ERR_INVALID, "'%s' is listed twice", entry->identity);
		list.count++;
	}
	*out = list;
	return true;
}

bool device_entry_is_same(const struct device_entry *a, const struct device_entry *b)
{
	return a->device_id == b->device_id && a->transport == b->transport &&
	       a->printer == b->printer && a->scanner == b->scanner && a->dpi == b->dpi &&
	       str_equal(a->identity, b->identity);
}
