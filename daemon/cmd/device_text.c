/* Plain words about devices. */
#include "daemon/cmd/device_text.h"

#include "daemon/base/cursor.h"
#include "daemon/base/str.h"

#define UM_PER_MM 1000

/* ---- pieces ---- */

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

static json_int_t number_of(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

/* A device's own words, for a terminal. */
static void add_clean(struct buf *out, const char *text)
{
	struct bytes left = bytes_of_str(text);

	while (left.len > 0) {
		size_t len = utf8_char_len(left);

		if (len == 0 || utf8_is_control(left))
			buf_add_byte(out, '?');
		else
			buf_add(out, bytes_of(left.data, len));
		len = len > 0 ? len : 1;
		left = bytes_of(left.data + len, left.len - len);
	}
}

static void add_mm(struct buf *out, json_int_t um)
{
	buf_addf(out, "%lld", (long long)(um / UM_PER_MM));
	if (um % UM_PER_MM == 0)
		return;
	buf_addf(out, ".%03lld", (long long)(um % UM_PER_MM));
	while (out->data[out->len - 1] == '0')
		buf_cut(out, out->len - 1);
}

/* A word of a POSIX shell: as it is, or in single quotes. */
static void add_word(struct buf *out, const char *text)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				    ":@._%/+=,-";

	if (*text && text[strspn(text, plain)] == '\0') {
		buf_add_str(out, text);
		return;
	}
	buf_add_byte(out, '\'');
	for (const char *c = text; *c; c++) {
		if (*c == '\'')
			buf_add_str(out, "'\\''");
		else
			buf_add_byte(out, (uint8_t)*c);
	}
	buf_add_byte(out, '\'');
}

/* ---- devices at stations ---- */

static void add_printer(const json_t *device, struct buf *out)
{
	buf_addf(out, ", %s, %lld dpi, ", text_of(device, "language"),
		(long long)number_of(device, "dpi"));
	add_mm(out, number_of(device, "width_um"));
	buf_add_str(out, " x ");
	add_mm(out, number_of(device, "height_um"));
	buf_add_str(out, " mm");
	if (json_is_true(json_object_get(device, "shared")))
		buf_add_str(out, ", for the room group");
	if (str_equal(text_of(device, "talks"), "one_way"))
		buf_add_str(out, ", cannot say what came out");
}

/* How it talks, and what is not as usual. */
static void add_scanner(const json_t *device, struct buf *out)
{
	json_t *settings = json_object_get(device, "settings");
	const char *name;
	json_t *value;

	if (str_equal(text_of(device, "transport"), "virtual"))
		return;
	buf_addf(out, ", %s", text_of(device, "protocol"));
	json_object_foreach (settings, name, value) {
		if (json_is_string(value))
			buf_addf(out, " %s", json_string_value(value));
		else if (json_is_true(value))
			buf_add_str(out, " with AIM");
	}
}

/* Why it is not in use, or what is wrong with it all the same; else nothing. */
static void add_silence(const json_t *device, struct buf *out)
{
	const char *why = text_of(device, "problem");

	if (!*why && json_is_false(json_object_get(device, "is_here")))
		why = text_of(device, "why");
	if (!*why)
		return;
	buf_add_str(out, ": ");
	add_clean(out, why);
}

void device_text_line(const json_t *device, struct buf *out)
{
	buf_addf(out, "%s  ", text_of(device, "kind"));
	add_clean(out, text_of(device, "name"));
	buf_add_str(out, ", ");
	add_clean(out, text_of(device, "identity"));
	if (str_equal(text_of(device, "kind"), "printer"))
		add_printer(device, out);
	else
		add_scanner(device, out);
	add_silence(device, out);
}

void device_text_stations(const json_t *list, struct buf *out)
{
	size_t i;
	json_t *station;

	json_array_foreach (json_object_get(list, "stations"), i, station) {
		const json_t *devices = json_object_get(station, "devices");
		size_t n;
		json_t *device;

		add_clean(out, text_of(station, "name"));
		buf_addf(out, " (%s)\n", text_of(station, "station"));
		json_array_foreach (devices, n, device) {
			buf_add_str(out, "  ");
			device_text_line(device, out);
			buf_add_byte(out, '\n');
		}
		if (json_array_size(devices) == 0)
			buf_add_str(out, "  no device\n");
	}
}

/* ---- devices at no station ---- */

#define DPI_USUAL 203

/* What a person must still look up, under the command. */
static void add_advice(const json_t *device, const char *languages, struct buf *out)
{
	buf_add_str(out, "      (");
	if (!*text_of(device, "language"))
		buf_addf(out, "--language as its manual says: %s; ", languages);
	if (number_of(device, "dpi") == 0)
		buf_add_str(out, "--dpi as on the plate under it, 203, 300 or 600; ");
	buf_add_str(out, "--label as its labels are)\n");
}

static void add_printer_options(const json_t *device, struct buf *out)
{
	const char *language = text_of(device, "language");
	json_int_t dpi = number_of(device, "dpi");

	buf_addf(out, " --language %s --dpi %lld --label 50.8x25.4", *language ? language : "NAME",
		(long long)(dpi ? dpi : DPI_USUAL));
}

/* HID POS need not be said. */
static void add_scanner_options(const json_t *device, struct buf *out)
{
	const char *protocol = text_of(device, "protocol");

	if (!str_equal(protocol, "hid_pos"))
		buf_addf(out, " --protocol %s", *protocol ? protocol : "NAME");
}

/* Nobody knows how it talks, or whose keyboard it is. */
static void add_scanner_advice(const json_t *device, struct buf *out)
{
	const char *possible = text_of(device, "protocols");

	if (*text_of(device, "protocol"))
		return;
	if (str_equal(possible, "keyboard"))
		buf_add_str(out, "      (a keyboard: only if it is a scanner that plays one, "
				 "--protocol keyboard)\n");
	else
		buf_addf(out, "      (--protocol as it is set up, one of: %s)\n", possible);
}

static void add_command(const json_t *device, const struct device_command *command,
	const char *languages, struct buf *out)
{
	bool is_printer = str_equal(text_of(device, "kind"), "printer");

	buf_add_str(out, "    specimend device assign ");
	add_word(out, text_of(device, "identity"));
	buf_add_str(out, " --station ");
	add_word(out, text_of(device, "station"));
	if (is_printer)
		add_printer_options(device, out);
	else
		add_scanner_options(device, out);
	if (command->config) {
		buf_add_str(out, " --config ");
		add_word(out, command->config);
	}
	if (command->database) {
		buf_add_str(out, " --database ");
		add_word(out, command->database);
	}
	buf_add_byte(out, '\n');
	if (is_printer)
		add_advice(device, languages, out);
	else
		add_scanner_advice(device, out);
}

static void add_found(const json_t *device, const struct device_command *command,
	const char *languages, struct buf *out)
{
	bool is_printer = str_equal(text_of(device, "kind"), "printer");

	/* what is no printer was not opened: it may be anything with such descriptors */
	buf_addf(out, "  %s  ", is_printer ? "printer" : "perhaps a scanner");
	add_clean(out, text_of(device, "maker"));
	if (*text_of(device, "maker"))
		buf_add_byte(out, ' ');
	add_clean(out, text_of(device, "model"));
	if (*text_of(device, "model"))
		buf_add_str(out, ", ");
	buf_add_str(out, "plugged in at ");
	add_clean(out, text_of(device, "place"));
	if (*text_of(device, "problem")) {
		buf_add_str(out, ": ");
		add_clean(out, text_of(device, "problem"));
	}
	buf_add_byte(out, '\n');
	if (!str_equal(text_of(device, "language"), "none"))
		add_command(device, command, languages, out);
}

void device_text_found(const json_t *list, const struct device_command *command, struct buf *out)
{
	const json_t *found = json_object_get(list, "found");
	const char *looked_at = text_of(list, "looked_at");
	size_t i;
	json_t *device;

	if (!*looked_at) {
		buf_add_str(out, "Nobody has looked for USB devices: the service does not run, or "
				 "cannot use USB.\n");
		return;
	}
	if (json_array_size(found) == 0) {
		buf_addf(out, "No USB printer or scanner waits for a station (%s).\n", looked_at);
		return;
	}
	buf_addf(out, "Plugged in, and at no station yet (%s):\n", looked_at);
	json_array_foreach (found, i, device)
		add_found(device, command, text_of(list, "languages"), out);
}

/* ---- sizes ---- */

/* Millimetres with at most three decimals; reads no further than the number. */
static uint64_t mm_read(struct cursor *in)
{
	uint64_t um = cursor_decimal(in) * UM_PER_MM;
	uint64_t unit = UM_PER_MM / 10;

	if (!cursor_accept(in, "."))
		return um;
	if (!char_is_digit(cursor_peek(in)))
		cursor_fail(in);
	for (; char_is_digit(cursor_peek(in)); unit /= 10) {
		if (unit == 0)
			cursor_fail(in);
		um += unit * (uint64_t)(cursor_u8(in) - '0');
	}
	return um;
}

bool device_label_parse(
	const char *text, uint64_t *out_width_um, uint64_t *out_height_um, struct err *err)
{
	struct cursor in = cursor_over(bytes_of_str(text));
	uint64_t width = mm_read(&in);

	cursor_expect(&in, "x");
	uint64_t height = mm_read(&in);

	if (!cursor_at_end(&in) || width >= 1000 * UM_PER_MM || height >= 1000 * UM_PER_MM)
		return err_set(err, ERR_USAGE,
			"'%s' is no size: WIDTHxHEIGHT in millimetres, such as 50.8x25.4", text);
	*out_width_um = width;
	*out_height_um = height;
	return true;
}
