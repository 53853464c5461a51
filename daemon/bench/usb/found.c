/* sysfs -> the USB devices that are plugged in. */
#include "daemon/bench/usb/found.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "daemon/base/auto.h"
#include "daemon/base/buf.h"
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "daemon/bench/usb/quirk.h"

#define ATTRIBUTE_MAX 1024u

/* One reading of all. */
struct reading {
	const char *sysfs;
	bool is_blind; /* something could not be opened that is there */
};

static bool is_blindness(int error)
{
	return error == EMFILE || error == ENFILE || error == ENOMEM;
}

/* At most max bytes of one attribute; empty when there is none. */
static void attribute_read(
	struct reading *reading, const char *place, const char *name, size_t max, struct buf *out)
{
	AUTO(char_free) char *path = xasprintf("%s/%s/%s", reading->sysfs, place, name);
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	buf_reset(out);
	if (fd < 0) {
		reading->is_blind |= is_blindness(errno);
		return;
	}
	while (out->len < max) {
		size_t room = max - out->len;
		size_t before = out->len;
		ssize_t got = read(fd, buf_grow(out, room), room);

		buf_cut(out, before + (got > 0 ? (size_t)got : 0));
		if (got <= 0)
			break;
	}
	close(fd);
}

/* 0 when there is none. */
static unsigned number_read(
	struct reading *reading, const char *place, const char *name, unsigned max)
{
	AUTO_BUF text = { 0 };
	uint64_t value = 0;

	attribute_read(reading, place, name, ATTRIBUTE_MAX, &text);
	while (text.len > 0 && text.data[text.len - 1] <= 0x20)
		buf_cut(&text, text.len - 1);
	return uint_parse(buf_bytes(&text), 0, max, &value, NULL) ? (unsigned)value : 0;
}

/* A device's own words about itself, for people: blanks at the ends off, cut between characters. */
static void name_clean(struct bytes raw, size_t max, char *out)
{
	size_t len = 0;

	while (raw.len > 0 && raw.data[0] <= 0x20)
		raw = bytes_of(raw.data + 1, raw.len - 1);
	while (raw.len > 0 && raw.data[raw.len - 1] <= 0x20)
		raw.len--;
	while (raw.len > 0) {
		size_t step = utf8_char_len(raw);
		bool is_good = step > 0 && !utf8_is_control(raw);

		step = step > 0 ? step : 1;
		if (len + step > max)
			break;
		if (is_good)
			memcpy(out + len, raw.data, step);
		else
			memset(out + len, '?', step);
		len += step;
		raw = bytes_of(raw.data + step, raw.len - step);
	}
	out[len] = '\0';
}

/* Of the interface, which is a folder of its own beside the device's. */
static void id_1284_read(struct reading *reading, struct usb_found *found)
{
	struct usb_setting setting;
	AUTO_BUF bytes = { 0 };

	if (!usb_find_printer(&found->descriptors, 0, &setting))
		return;
	AUTO(char_free)
	char *interface = xasprintf(
		"%s:%u.%u", found->place, (unsigned)setting.configuration, setting.interface);

	attribute_read(reading, interface, "ieee1284_id", ATTRIBUTE_MAX, &bytes);
	name_clean(buf_bytes(&bytes), USB_ID_1284_MAX, found->id_1284);
}

static bool device_read(struct reading *reading, struct usb_found *found)
{
	AUTO_BUF bytes = { 0 };

	attribute_read(reading, found->place, "descriptors", USB_DESCRIPTORS_MAX, &bytes);
	if (!usb_descriptors_parse(buf_bytes(&bytes), &found->descriptors, NULL))
		return false;
	found->raw_len = bytes.len < USB_RAW_MAX ? bytes.len : USB_RAW_MAX;
	memcpy(found->raw, bytes.data, found->raw_len);
	found->kind = usb_kind_of(&found->descriptors);
	if (found->kind == USB_KIND_NONE)
		return true;
	unsigned quirks = usb_quirks_of(found->descriptors.vendor, found->descriptors.product);

	attribute_read(reading, found->place, "serial", ATTRIBUTE_MAX, &bytes);
	usb_serial_clean(buf_bytes(&bytes), quirks, found->serial);
	attribute_read(reading, found->place, "manufacturer", ATTRIBUTE_MAX, &bytes);
	name_clean(buf_bytes(&bytes), USB_NAME_MAX, found->maker);
	attribute_read(reading, found->place, "product", ATTRIBUTE_MAX, &bytes);
	name_clean(buf_bytes(&bytes), USB_NAME_MAX, found->model);
	id_1284_read(reading, found);
	usb_protocols_text(&found->descriptors, found->protocols);
	return true;
}

static const struct usb_found *found_before(
	const struct usb_founds *founds, const struct usb_found *found)
{
	for (size_t i = 0; i < founds->count; i++) {
		const struct usb_found *before = &founds->items[i];

		if (before->bus == found->bus && before->address == found->address &&
			str_equal(before->place, found->place))
			return before;
	}
	return NULL;
}

static void found_add(struct usb_founds *out, const struct usb_found *found)
{
	out->items = xrealloc(out->items, (out->count + 1) * sizeof(*found));
	out->items[out->count++] = *found;
}

/* Devices are called by their place; interfaces have a ":", root hubs begin with "usb". */
static void entry_read(struct reading *reading, const char *name, const struct usb_founds *before,
	struct usb_founds *out)
{
	struct usb_found found = { 0 };

	if (!usb_place_is_valid(name) || !str_copy(found.place, sizeof(found.place), name))
		return;
	found.bus = number_read(reading, name, "busnum", 999);
	found.address = number_read(reading, name, "devnum", 127);
	if (found.bus == 0 || found.address == 0)
		return; /* leaving or coming just now */
	const struct usb_found *known = found_before(before, &found);

	if (known)
		found = *known;
	else if (!device_read(reading, &found))
		return;
	if (found.kind == USB_KIND_NONE)
		return;
	if (found.configuration == 0)
		found.configuration =
			(uint8_t)number_read(reading, name, "bConfigurationValue", UINT8_MAX);
	found_add(out, &found);
}

static int by_place(const void *a, const void *b)
{
	return strcmp(((const struct usb_found *)a)->place, ((const struct usb_found *)b)->place);
}

void usb_founds_read(const char *sysfs, struct usb_founds *founds)
{
	struct usb_founds now = { 0 };
	struct reading reading = { .sysfs = sysfs };
	DIR *dir = opendir(sysfs);

	reading.is_blind = !dir && is_blindness(errno);
	while (dir && now.count < USB_FOUND_MAX) {
		const struct dirent *entry = readdir(dir);

		if (!entry)
			break;
		entry_read(&reading, entry->d_name, founds, &now);
	}
	if (dir)
		closedir(dir);
	if (reading.is_blind) {
		usb_founds_done(&now);
		return;
	}
	if (now.count > 0)
		qsort(now.items, now.count, sizeof(*now.items), by_place);
	usb_founds_done(founds);
	*founds = now;
}

void usb_founds_done(struct usb_founds *founds)
{
	free(founds->items);
	*founds = (struct usb_founds) { 0 };
}

static bool is_model(const struct usb_found *found, uint16_t vendor, uint16_t product)
{
	return found->descriptors.vendor == vendor && found->descriptors.product == product;
}

bool usb_found_has_twin(const struct usb_founds *founds, const struct usb_found *found)
{
	for (size_t i = 0; i < founds->count; i++) {
		const struct usb_found *other = &founds->items[i];

		if (!str_equal(other->place, found->place) &&
			is_model(other, found->descriptors.vendor, found->descriptors.product) &&
			str_equal(other->serial, found->serial))
			return true;
	}
	return false;
}

void usb_found_identity(
	const struct usb_founds *founds, const struct usb_found *found, struct usb_identity *out)
{
	*out = (struct usb_identity) {
		.vendor = found->descriptors.vendor,
		.product = found->descriptors.product,
	};
	if (found->serial[0] != '\0' && !usb_found_has_twin(founds, found))
		memcpy(out->serial, found->serial, sizeof(out->serial));
	else
		memcpy(out->place, found->place, sizeof(out->place));
}

bool usb_found_is(const struct usb_founds *founds, const struct usb_found *found,
	const struct usb_identity *identity)
{
	if (!is_model(found, identity->vendor, identity->product))
		return false;
	if (identity->serial[0] == '\0')
		return str_equal(found->place, identity->place);
	return str_equal(found->serial, identity->serial) && !usb_found_has_twin(founds, found);
}
