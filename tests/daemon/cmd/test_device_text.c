/* daemon/cmd/device_text: what is said of devices, word by word, and sizes of labels. */
#include "daemon/cmd/device_text.h"

#include "daemon/base/auto_json.h"
#include "tests/check.h"

static json_t *json_of(const char *text)
{
	json_error_t where;
	json_t *json = json_loads(text, 0, &where);

	check_str(json ? "" : where.text, "");
	return json;
}

#define PRINTER                                                                           \
	"{\"kind\": \"printer\", \"name\": \"Room 1 printer\", \"identity\": "            \
	"\"usb:0a5f:0166:A\", \"language\": \"zpl\", \"dpi\": 203, \"width_um\": 50800, " \
	"\"height_um\": 25000, \"shared\": false, \"is_here\": true, \"problem\": \"\"}"

static void test_a_line_says_what_it_is_and_whether_it_works(void)
{
	/* clang-format off */
	static const struct {
		const char *json;
		const char *line;
	} rows[] = {
		{ PRINTER, "printer  Room 1 printer, usb:0a5f:0166:A, zpl, 203 dpi, 50.8 x 25 mm" },
		{ "{\"kind\": \"printer\", \"name\": \"P\", \"identity\": \"virtual:p\", \"language\": \"zpl\", \"dpi\": 300, \"width_um\": 50805, "
		  "\"height_um\": 25401, \"shared\": true, \"is_here\": null, \"problem\": \"\"}",
		  "printer  P, virtual:p, zpl, 300 dpi, 50.805 x 25.401 mm, for the room group" },
		{ "{\"kind\": \"printer\", \"name\": \"P\", \"identity\": \"usb:1\", \"language\": \"tspl\", \"dpi\": 203, \"width_um\": 50000, "
		  "\"height_um\": 25000, \"shared\": false, \"talks\": \"one_way\", \"is_here\": true, \"problem\": \"\"}",
		  "printer  P, usb:1, tspl, 203 dpi, 50 x 25 mm, cannot say what came out" },
		{ "{\"kind\": \"scanner\", \"name\": \"Gun\", \"identity\": \"usb:1\", \"protocol\": \"hid_pos\", \"is_here\": false, \"why\": \"not plugged in\", \"problem\": \"\"}",
		  "scanner  Gun, usb:1, hid_pos: not plugged in" },
		{ "{\"kind\": \"scanner\", \"name\": \"Gun\", \"identity\": \"usb:1\", \"protocol\": \"keyboard\", \"settings\": {\"keyboard\": \"de\", "
		  "\"terminator\": \"cr_lf\", \"has_aim\": true}, \"is_here\": true, \"problem\": \"\"}",
		  "scanner  Gun, usb:1, keyboard de cr_lf with AIM" },
		{ "{\"kind\": \"scanner\", \"name\": \"Gun\", \"identity\": \"usb:1\", \"protocol\": \"ssi\", \"settings\": {\"has_aim\": false}, "
		  "\"is_here\": true, \"problem\": \"\"}", "scanner  Gun, usb:1, ssi" },
		{ "{\"kind\": \"scanner\", \"name\": \"V\", \"identity\": \"virtual:v\", \"transport\": \"virtual\", \"protocol\": \"hid_pos\", "
		  "\"settings\": {}, \"is_here\": null, \"problem\": \"\"}", "scanner  V, virtual:v" },
		{ "{\"kind\": \"scanner\", \"name\": \"G\\u001b[2J\\n\", \"identity\": \"u\\u007f\", \"protocol\": \"hid_pos\", \"is_here\": true, \"problem\": \"no \\u0007permission\"}",
		  "scanner  G?[2J?, u?, hid_pos: no ?permission" },
	};
	/* clang-format on */
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO(json_decref) json_t *device = json_of(rows[i].json);
		AUTO_BUF text = { 0 };

		device_text_line(device, &text);
		check_str(buf_str(&text), rows[i].line);
	}
}

static void test_stations_show_their_devices(void)
{
	AUTO(json_decref)
	json_t *list = json_of("{\"stations\": [{\"station\": \"T1\", \"name\": \"Room 1\", "
			       "\"devices\": [" PRINTER "]}, {\"station\": \"T2\", \"name\": "
			       "\"Room 2\", \"devices\": []}]}");
	AUTO_BUF text = { 0 };

	device_text_stations(list, &text);
	check_str(buf_str(&text),
		"Room 1 (T1)\n"
		"  printer  Room 1 printer, usb:0a5f:0166:A, zpl, 203 dpi, 50.8 x 25 mm\n"
		"Room 2 (T2)\n  no device\n");
}

#define LOOKED "{\"looked_at\": \"2026-01-02T03:04:05Z\", \"languages\": \"zpl, tspl\", \"found\": "

static void test_what_waits_for_a_station_comes_with_its_command(void)
{
	/* clang-format off */
	static const struct {
		const char *name;
		const char *json;
		struct device_command command;
		const char *said;
	} rows[] = {
		{ "nobody looks", "{\"looked_at\": null, \"found\": []}", { 0 },
		  "Nobody has looked for USB devices: the service does not run, or cannot use USB.\n" },
		{ "nothing", LOOKED "[]}", { 0 }, "No USB printer or scanner waits for a station (2026-01-02T03:04:05Z).\n" },
		{ "a scanner in trouble", LOOKED "[{\"kind\": \"scanner\", \"identity\": \"usb:0c2e:0967@1-2\", \"maker\": \"Honeywell\", "
		  "\"model\": \"N5600\", \"place\": \"1-2\", \"problem\": \"no permission\", \"station\": \"T1\", \"dpi\": null, "
		  "\"protocols\": \"hid_pos keyboard\", \"protocol\": \"hid_pos\"}]}", { 0 },
		  "Plugged in, and at no station yet (2026-01-02T03:04:05Z):\n"
		  "  perhaps a scanner  Honeywell N5600, plugged in at 1-2: no permission\n"
		  "    specimend device assign usb:0c2e:0967@1-2 --station T1\n" },
		{ "a keyboard", LOOKED "[{\"kind\": \"scanner\", \"identity\": \"usb:046d:c31c@1-2\", \"maker\": \"Logitech\", "
		  "\"model\": \"Keyboard\", \"place\": \"1-2\", \"problem\": \"\", \"station\": \"T1\", \"dpi\": null, "
		  "\"protocols\": \"keyboard\", \"protocol\": null}]}", { 0 },
		  "Plugged in, and at no station yet (2026-01-02T03:04:05Z):\n"
		  "  perhaps a scanner  Logitech Keyboard, plugged in at 1-2\n"
		  "    specimend device assign usb:046d:c31c@1-2 --station T1 --protocol NAME\n"
		  "      (a keyboard: only if it is a scanner that plays one, --protocol keyboard)\n" },
		{ "a scanner on a line", LOOKED "[{\"kind\": \"scanner\", \"identity\": \"usb:05e0:1701:A\", \"maker\": \"Zebra\", "
		  "\"model\": \"DS4608\", \"place\": \"1-2\", \"problem\": \"\", \"station\": \"T1\", \"dpi\": null, "
		  "\"protocols\": \"serial ssi dechdr opc\", \"protocol\": null}]}", { 0 },
		  "Plugged in, and at no station yet (2026-01-02T03:04:05Z):\n"
		  "  perhaps a scanner  Zebra DS4608, plugged in at 1-2\n"
		  "    specimend device assign usb:05e0:1701:A --station T1 --protocol NAME\n"
		  "      (--protocol as it is set up, one of: serial ssi dechdr opc)\n" },
		{ "a printer that says its dots", LOOKED "[{\"kind\": \"printer\", \"identity\": \"usb:0a5f:0166:A\", \"maker\": \"\", "
		  "\"model\": \"\", \"place\": \"1-2\", \"problem\": \"\", \"station\": \"T1\", \"language\": \"epl2\", \"dpi\": 300}]}",
		  { .config = "/etc/s.conf", .database = "host=/x user=o'r" },
		  "Plugged in, and at no station yet (2026-01-02T03:04:05Z):\n"
		  "  printer  plugged in at 1-2\n"
		  "    specimend device assign usb:0a5f:0166:A --station T1 --language epl2 --dpi 300 --label 50.8x25.4"
		  " --config /etc/s.conf --database 'host=/x user=o'\\''r'\n"
		  "      (--label as its labels are)\n" },
		{ "a printer that can not be used", LOOKED "[{\"kind\": \"printer\", \"identity\": \"usb:0922:0028:A\", \"maker\": \"DYMO\", "
		  "\"model\": \"LabelWriter 550\", \"place\": \"1-2\", \"problem\": \"another protocol\", \"station\": \"T1\", \"language\": \"none\", "
		  "\"dpi\": null}]}", { 0 },
		  "Plugged in, and at no station yet (2026-01-02T03:04:05Z):\n"
		  "  printer  DYMO LabelWriter 550, plugged in at 1-2: another protocol\n" },
		{ "a hostile name", LOOKED "[{\"kind\": \"printer\", \"identity\": \"usb:0a5f:0166:$(x);'`\", \"maker\": \"\\u001b\\u009b2J\", "
		  "\"model\": \"m\\n\\u0085 \\u202edia\\u00e9\", \"place\": \"1\", \"problem\": \"\", \"station\": \"T1\", \"dpi\": null}]}", { 0 },
		  "Plugged in, and at no station yet (2026-01-02T03:04:05Z):\n"
		  "  printer  ??2J m?? ?dia\xc3\xa9, plugged in at 1\n"
		  "    specimend device assign 'usb:0a5f:0166:$(x);'\\''`' --station T1 --language NAME --dpi 203 --label 50.8x25.4\n"
		  "      (--language as its manual says: zpl, tspl; --dpi as on the plate under it, 203, 300 or 600; --label as its labels are)\n" },
	};
	/* clang-format on */
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO(json_decref) json_t *list = json_of(rows[i].json);
		AUTO_BUF text = { 0 };

		check_row(rows[i].name);
		device_text_found(list, &rows[i].command, &text);
		check_str(buf_str(&text), rows[i].said);
	}
}

static void test_sizes_are_millimetres(void)
{
	static const struct {
		const char *text;
		uint64_t width_um, height_um;
	} rows[] = {
		{ "50.8x25.4", 50800, 25400 },
		{ "50x25", 50000, 25000 },
		{ "0x0", 0, 0 },
		{ "999.999x1.005", 999999, 1005 },
	};
	static const char *const wrong[] = { "", "50", "50x", "x25", "50.x25", ".5x25",
		"50.8 x 25.4", "50.8x25.4mm", "-1x2", "50.8X25.4", "1.0001x1", "1000x1", "1x1000",
		"99999999999999999999x1" };

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		uint64_t width = 1;
		uint64_t height = 1;
		struct err err = { 0 };

		check_row(rows[i].text);
		check_ok(device_label_parse(rows[i].text, &width, &height, &err), &err);
		check_int(width, rows[i].width_um);
		check_int(height, rows[i].height_um);
	}
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		uint64_t width = 1;
		uint64_t height = 1;
		struct err err = { 0 };

		check_row(wrong[i]);
		check(!device_label_parse(wrong[i], &width, &height, &err));
		check_err(&err, ERR_USAGE, "is no size");
		check_int(width + height, 2);
	}
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_a_line_says_what_it_is_and_whether_it_works),
		CHECK_TEST(test_stations_show_their_devices),
		CHECK_TEST(test_what_waits_for_a_station_comes_with_its_command),
		CHECK_TEST(test_sizes_are_millimetres),
	};
	return check_run("cmd/device_text", tests, ARRAY_LEN(tests));
}
