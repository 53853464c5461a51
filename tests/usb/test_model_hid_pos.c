/* tests/usb/model_hid_pos: what scanners do, judged by the service's own driver and by captures. */
#include "tests/usb/model_hid_pos.h"

#include "scanners/hid_pos.h"
#include "tests/check.h"
#include "tests/scanners/reading.h"
#include "tests/scanners/samples.h"
#include "tests/usb/host_rig.h"

static struct model_hid_pos *scanner;

static const struct {
	const char *word;
	bool has_aim;
	bool has_endpoint;
} layouts[MODEL_HID_POS_LAYOUTS] = {
	[HID_POS_HONEYWELL] = { "honeywell", true, true },
	[HID_POS_GUIDE] = { "guide", true, false },
	[HID_POS_SHIFTED] = { "shifted", true, true },
	[HID_POS_NEWLAND] = { "newland", false, true },
};

static void begin_scanner(enum model_hid_pos_layout layout)
{
	bus = bus_new(1, NULL, NULL);
	scanner = model_hid_pos_new(layout, "S1");
	bus_plug(bus, 1, model_hid_pos_model(scanner));
}

static void end_scanner(void)
{
	bus_free(bus);
	model_free(model_hid_pos_model(scanner));
}

/* The service's driver has learned from the device's own descriptor. */
static struct scan_collector collector_new(void)
{
	static const struct usb_setup descriptor = { 0x81, 6, 0x2200, 0, 4096 };
	struct scan_collector collector = { 0 };
	AUTO_BUF answer = { 0 };
	struct err err = { 0 };

	check_int(request(&descriptor, bytes_of(NULL, 0), &answer), 0);
	check_ok(scanner_driver_hid_pos.begin(&collector, buf_bytes(&answer), &err), &err);
	return collector;
}

static void scan(struct bytes text, const char *aim)
{
	struct err err = { 0 };

	check_ok(model_hid_pos_scan(scanner, text, aim, &err), &err);
}

static struct bytes report_next(struct flight *flight)
{
	flight->is_done = false;
	check_int(bus_submit(bus, 1, &flight->urb), 0);
	check(flight->is_done);
	return bytes_of(flight->bytes, flight->urb.actual);
}

static void test_the_services_driver_reads_every_layout(void)
{
	static const size_t lens[] = { 1, 55, 56, 57, 112, 500 };
	char text[512];

	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (char)(i % 7 == 3 ? 0x1d : 'A' + i % 26);
	for (size_t i = 0; i < MODEL_HID_POS_LAYOUTS; i++) {
		enum model_hid_pos_layout layout;

		check_row(layouts[i].word);
		check(model_hid_pos_layout_parse(layouts[i].word, &layout));
		check_int(layout, i);
		begin_scanner(layout);
		struct flight *flight =
			flight_new(model_hid_pos_in(scanner), bytes_of(NULL, 0), 64);
		struct scan_collector collector = collector_new();

		for (size_t k = 0; k < ARRAY_LEN(lens); k++) {
			enum scan_reading reading = SCAN_READING_MORE;
			struct scan found = { 0 };

			scan(bytes_of(text, lens[k]), "]d2");
			while (reading == SCAN_READING_MORE)
				reading = read_report(&scanner_driver_hid_pos, &collector,
					report_next(flight), &found);
			check_int(reading, SCAN_READING_DONE);
			check_bytes(found.raw, bytes_of(text, lens[k]));
			check_str(found.aim, layouts[i].has_aim ? "]d2" : "");
		}
		scan_collector_done(&collector);
		free(flight);
		end_scanner();
	}
	check_row(NULL);
}

static void test_the_services_beeps_are_heard_in_every_layout(void)
{
	static const struct {
		enum scan_verdict verdict;
		enum model_hid_pos_sound sound[MODEL_HID_POS_LAYOUTS]; /* newland has none */
	} rows[] = {
		{ SCAN_STORED, { HID_POS_SOUND_GOOD, HID_POS_SOUND_GOOD, HID_POS_SOUND_GOOD } },
		{ SCAN_STOP, { HID_POS_SOUND_ERROR, HID_POS_SOUND_ERROR, HID_POS_SOUND_ERROR } },
		{ SCAN_QUESTION,
			{ HID_POS_SOUND_ERROR, HID_POS_SOUND_ERROR, HID_POS_SOUND_UNKNOWN } },
	};

	for (size_t i = 0; i < MODEL_HID_POS_LAYOUTS; i++) {
		check_row(layouts[i].word);
		begin_scanner((enum model_hid_pos_layout)i);
		check_int(model_hid_pos_out(scanner) != 0, layouts[i].has_endpoint);
		struct scan_collector collector = collector_new();

		for (size_t k = 0; k < ARRAY_LEN(rows); k++) {
			AUTO_BUF report = { 0 };
			AUTO_BUF answer = { 0 };
			bool can = scanner_driver_hid_pos.feedback(
				&collector, rows[k].verdict, &report);

			check_int(can, i != HID_POS_NEWLAND);
			if (!can)
				continue;
			struct usb_setup set_report = { 0x21, 9, (uint16_t)(0x200 | report.data[0]),
				0, (uint16_t)report.len };

			bus_step(bus, 1000 * (int64_t)(k + 1));
			if (layouts[i].has_endpoint)
				check_int(
					write_some(model_hid_pos_out(scanner), buf_bytes(&report)),
					report.len);
			else
				check_int(request(&set_report, buf_bytes(&report), &answer), 0);
			const struct model_hid_pos_beep *beep = model_hid_pos_beep(scanner, k);

			check_int(model_hid_pos_beep_count(scanner), k + 1);
			if (!check(beep != NULL))
				continue;
			check_int(beep->sound, rows[k].sound[i]);
			check_int(beep->at_us, 1000 * (int64_t)(k + 1));
			check_bytes(bytes_of(beep->report, beep->report_len), buf_bytes(&report));
		}
		scan_collector_done(&collector);
		end_scanner();
	}
	check_row(NULL);
}

/* What a real Voyager 1602g sent, but for its maker's symbology byte (61), which the model leaves
 * out. */
static void test_the_models_reports_are_those_of_a_real_scanner(void)
{
	struct samples real;
	AUTO_BUF text = { 0 };

	samples_read(&real, "reports-honeywell-voyager1602g-hidpos.txt");
	check_int(real.count, 7);
	for (size_t i = 0; i < 6; i++) {
		struct bytes report = samples_get(&real, i);

		buf_add_mem(&text, report.data + 5, report.data[1]);
	}
	begin_scanner(HID_POS_HONEYWELL);
	scan(buf_bytes(&text), "]X0");
	struct flight *flight = flight_new(model_hid_pos_in(scanner), bytes_of(NULL, 0), 64);

	for (size_t i = 0; i < 6; i++) {
		struct bytes report = samples_get(&real, i);
		uint8_t expected[64];

		memcpy(expected, report.data, sizeof(expected));
		expected[61] = 0;
		check_bytes(report_next(flight), bytes_of(expected, 64));
	}
	free(flight);
	end_scanner();
	samples_done(&real);
}

static void test_the_descriptors_are_those_that_were_captured(void)
{
	static const struct usb_setup report_descriptor = { 0x81, 6, 0x2200, 0, 4096 };
	static const struct usb_setup device = { 0x80, 6, 0x0100, 0, 64 };
	struct samples real, dev;
	AUTO_BUF answer = { 0 };

	samples_read(&real, "rd-hidpos-8c02-honeywell-style-127.txt");
	samples_read(&dev, "dev-honeywell-n5600-0c2e-0967-hidpos.txt");
	begin_scanner(HID_POS_HONEYWELL);
	check_int(request(&report_descriptor, bytes_of(NULL, 0), &answer), 0);
	check_bytes(buf_bytes(&answer), buf_bytes(&real.all));
	check_int(request(&device, bytes_of(NULL, 0), &answer), 0);
	answer.data[14] = 1; /* ours numbers its texts 1 2 3, the real one 1 2 8 */
	answer.data[15] = 2;
	answer.data[16] = 8;
	check_bytes(buf_bytes(&answer), samples_get(&dev, 0));
	end_scanner();
	samples_done(&real);
	samples_done(&dev);
}

static void test_a_scan_is_fetched_when_its_last_report_is(void)
{
	struct err err = { 0 };
	uint8_t text[57];

	begin_scanner(HID_POS_HONEYWELL);
	struct flight *flight = flight_new(model_hid_pos_in(scanner), bytes_of(NULL, 0), 64);

	memset(text, '7', sizeof(text));
	check_int(model_hid_pos_fetched_us(scanner), 0);
	scan(bytes_of(text, sizeof(text)), "]C0");
	bus_step(bus, 5000);
	(void)report_next(flight);
	check_int(model_hid_pos_fetched_us(scanner), 0);
	bus_step(bus, 6000);
	(void)report_next(flight);
	check_int(model_hid_pos_fetched_us(scanner), 6000);
	check(!model_hid_pos_scan(scanner, bytes_of_str("1"), "C0", &err));
	check_err(&err, ERR_INVALID, "no AIM identifier");
	check(!model_hid_pos_scan(scanner, bytes_of_str(""), "]C0", &err));
	check_err(&err, ERR_INVALID, "bytes");
	free(flight);
	end_scanner();
}

static void test_an_unplugged_scanner_loses_what_was_not_fetched(void)
{
	AUTO_BUF report = { 0 };

	begin_scanner(HID_POS_GUIDE);
	scan(bytes_of_str("700001"), "]C0");
	bus_unplug(bus, 1);
	bus_plug(bus, 1, model_hid_pos_model(scanner));
	read_some(model_hid_pos_in(scanner), &report);
	check_int(report.len, 0);
	end_scanner();
}

static void test_a_scanner_that_is_not_read_refuses_at_last(void)
{
	uint8_t text[MODEL_HID_POS_SCAN_MAX];
	struct err err = { 0 };
	unsigned scans = 0;

	begin_scanner(HID_POS_HONEYWELL);
	memset(text, 'x', sizeof(text));
	while (model_hid_pos_scan(scanner, bytes_of(text, sizeof(text)), "]C0", &err))
		scans++;
	check_err(&err, ERR_BUSY, "does not fetch");
	check_int(scans, MODEL_IN_MAX / 64 / ((MODEL_HID_POS_SCAN_MAX + 55) / 56));
	end_scanner();
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_the_services_driver_reads_every_layout),
		CHECK_TEST(test_the_services_beeps_are_heard_in_every_layout),
		CHECK_TEST(test_the_models_reports_are_those_of_a_real_scanner),
		CHECK_TEST(test_the_descriptors_are_those_that_were_captured),
		CHECK_TEST(test_a_scan_is_fetched_when_its_last_report_is),
		CHECK_TEST(test_an_unplugged_scanner_loses_what_was_not_fetched),
		CHECK_TEST(test_a_scanner_that_is_not_read_refuses_at_last),
	};

	return check_run("usb/model_hid_pos", tests, ARRAY_LEN(tests));
}
