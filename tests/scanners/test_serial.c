/* scanners/serial, scanners/maker: text on a line, and what the device may be told (SC-06, SC-16).
 */
#include "scanners/serial.h"

#include "scanners/maker.h"
#include "tests/check.h"

static struct {
	const struct scanner_driver *driver;
	struct scan_collector collector;
	struct buf told; /* "text;", "bad;", of several scans one after the other */
} it;

static void begin_with(const struct scanner_driver *driver, enum scan_terminator terminator)
{
	struct err err = { 0 };

	memset(&it, 0, sizeof(it));
	it.driver = driver;
	it.collector.settings.terminator = terminator;
	check_ok(driver->begin(&it.collector, (struct bytes) { 0 }, &err), &err);
}

static void begin(enum scan_terminator terminator)
{
	begin_with(&scanner_driver_serial, terminator);
}

static void end(void)
{
	scan_collector_done(&it.collector);
	buf_done(&it.told);
}

static void tell(enum scan_reading reading, const struct scan *scan)
{
	if (reading == SCAN_READING_BAD) {
		scan_collector_reset(&it.collector); /* as its owner does */
		buf_add_str(&it.told, "bad;");
	}
	if (reading != SCAN_READING_DONE)
		return;
	buf_add_str(&it.told, scan->aim);
	buf_add(&it.told, scan->raw);
	buf_add_str(&it.told, scan->end == SCAN_END_IDLE ? "(idle);" : ";");
}

static void say_bytes(struct bytes in)
{
	for (unsigned calls = 0; in.len > 0 && calls < 1000; calls++) {
		struct scan scan = { 0 };
		enum scan_reading reading = it.driver->decode(&it.collector, &in, &scan);

		check(in.len == 0 || reading == SCAN_READING_DONE || reading == SCAN_READING_NONE ||
			reading == SCAN_READING_BAD);
		tell(reading, &scan);
	}
	check_int(in.len, 0);
}

static void say(const char *text)
{
	say_bytes(bytes_of_str(text));
}

static void be_silent(void)
{
	struct scan scan = { 0 };

	if (it.collector.reports > 0 ||
		(it.driver->is_asking && it.driver->is_asking(&it.collector)))
		tell(it.driver->idle(&it.collector, &scan), &scan);
}

static void check_told(const char *told)
{
	check_str(buf_str(&it.told), told);
	buf_reset(&it.told);
}

static void test_each_terminator_however_the_bytes_are_cut(void)
{
	static const struct {
		enum scan_terminator terminator;
		const char *said;
		const char *told;
	} rows[] = {
		{ SCAN_TERMINATOR_CR, "12\r34\r", "12;34;" },
		{ SCAN_TERMINATOR_CR, "12\r\n34\r\n", "12;34;" },
		{ SCAN_TERMINATOR_CR, "\r\r12\r", "12;" },
		{ SCAN_TERMINATOR_CR, "1\n2\r", "1\n2;" },
		{ SCAN_TERMINATOR_LF, "12\n34\n", "12;34;" },
		{ SCAN_TERMINATOR_CR_LF, "12\r\n34\r\n", "12;34;" },
		{ SCAN_TERMINATOR_CR_LF, "1\r2\n3\r\n", "1\r2\n3;" },
		{ SCAN_TERMINATOR_CR_LF, "\r\n1\r\n", "1;" },
		{ SCAN_TERMINATOR_TAB, "12\t34\t", "12;34;" },
		{ SCAN_TERMINATOR_ETX,
			"\2"
			"12\3\r\2"
			"3\r4\3\r",
			"12;3\r4;" },
		{ SCAN_TERMINATOR_ETX,
			"x\3\2"
			"12\3",
			"12;" },
		{ SCAN_TERMINATOR_ETX,
			"\2"
			"12\2"
			"34\3",
			"bad;34;" },
		{ SCAN_TERMINATOR_ETX,
			"\2\3\2"
			"1\3",
			"1;" },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		check_row(rows[i].said);
		for (size_t cut = 0; cut <= strlen(rows[i].said); cut++) {
			begin(rows[i].terminator);
			say_bytes(bytes_of(rows[i].said, cut));
			say(rows[i].said + cut);
			check_told(rows[i].told);
			end();
		}
	}
}

static void test_nul_and_gs_are_data(void)
{
	begin(SCAN_TERMINATOR_CR);
	say_bytes(bytes_of("\x1D"
			   "0\0"
			   "1\r",
		5));
	check_int(it.told.len, 5);
	check_bytes(buf_bytes(&it.told), bytes_of("\x1D"
						  "0\0"
						  "1;",
						 5));
	end();
}

static void test_a_part_is_never_given_out(void)
{
	begin(SCAN_TERMINATOR_CR);
	say("12");
	be_silent();
	check_told("bad;");
	say("34\r"); /* it may be the rest */
	check_told("bad;");
	say("56\r");
	check_told("56;");
	say("78");
	scan_collector_cut(&it.collector); /* something was lost */
	say("9\r10\r");
	check_told("bad;10;");
	end();

	begin(SCAN_TERMINATOR_ETX); /* here a beginning is a beginning */
	say("\2"
	    "12");
	be_silent();
	check_told("bad;");
	say("34\3\2"
	    "56\3");
	check_told("56;");
	end();
}

static void test_silence_ends_a_scan_where_nothing_else_does(void)
{
	begin(SCAN_TERMINATOR_NONE);
	say("12\r");
	say("34");
	check_told("");
	be_silent();
	check_told("12\r34(idle);");
	be_silent();
	check_told("");
	end();
}

static void test_what_is_too_long_is_dropped_to_its_end(void)
{
	static char much[SCAN_MAX + 1];

	memset(much, 'a', sizeof(much));
	begin(SCAN_TERMINATOR_CR);
	say_bytes(bytes_of(much, sizeof(much)));
	say("\r12\r");
	check_told("bad;12;");
	check(it.collector.collected.len <= SCAN_MAX);
	say_bytes(bytes_of(much, SCAN_MAX));
	say("\r");
	check_int(it.told.len, SCAN_MAX + 1); /* the longest */
	end();
}

/* clang-format off */
static const struct {
	const char *name;
	enum scan_terminator terminator;
	const char *before, *spoilt, *after;
	const char *told;        /* when the next follows at once */
	const char *told_silent; /* behind silence */
} spoils[] = {
	{ "an end", SCAN_TERMINATOR_CR, "12", "3\r", "45\r67\r", "bad;67;", "45;67;" },
	{ "the end alone", SCAN_TERMINATOR_TAB, "12", "\t", "45\t67\t", "bad;67;", "45;67;" },
	{ "nothing but a text", SCAN_TERMINATOR_LF, "", "12\n", "45\n67\n", "bad;67;", "45;67;" },
	{ "no end", SCAN_TERMINATOR_CR, "1", "2", "3\r67\r", "bad;67;", "bad;67;" },
	{ "an end and the next", SCAN_TERMINATOR_CR, "1", "2\r4", "5\r67\r", "bad;67;", "bad;67;" },
	{ "nothing that came", SCAN_TERMINATOR_CR, "12", "", "3\r67\r", "bad;67;", "bad;67;" },
	{ "both of an end", SCAN_TERMINATOR_CR_LF, "12", "3\r\n", "45\r\n67\r\n", "bad;67;", "45;67;" },
	{ "an end's second", SCAN_TERMINATOR_CR_LF, "12\r", "\n", "45\r\n67\r\n", "bad;67;", "45;67;" },
	{ "an end's first", SCAN_TERMINATOR_CR_LF, "12", "3\r", "\n45\r\n67\r\n", "bad;45;67;", "bad;bad;67;" },
	{ "half an end", SCAN_TERMINATOR_CR_LF, "12", "\n", "45\r\n67\r\n", "bad;67;", "bad;67;" },
	{ "the end of a frame", SCAN_TERMINATOR_ETX, "\00212", "3\003", "\00245\003", "45;", "45;" },
	{ "in a frame", SCAN_TERMINATOR_ETX, "\0021", "2", "3\003\00245\003", "45;", "45;" },
	{ "a beginning", SCAN_TERMINATOR_ETX, "", "\0021", "2\003\00245\003", "45;", "45;" },
	{ "before silence", SCAN_TERMINATOR_NONE, "12", "3", "45", "bad;", "45(idle);" },
	{ "silence", SCAN_TERMINATOR_NONE, "12", "", "45", "bad;", "45(idle);" },
};
/* clang-format on */

static void spoil_run(size_t at, bool is_silent)
{
	begin(spoils[at].terminator);
	say(spoils[at].before);
	scanner_driver_serial.spoil(&it.collector, bytes_of_str(spoils[at].spoilt));
	check_told("");
	if (is_silent)
		be_silent();
	say(spoils[at].after);
	be_silent();
	check_told(is_silent ? spoils[at].told_silent : spoils[at].told);
	end();
}

static void test_what_is_spoilt_costs_its_own_text_and_joins_none(void)
{
	for (size_t i = 0; i < ARRAY_LEN(spoils); i++) {
		check_row(spoils[i].name);
		spoil_run(i, false);
		spoil_run(i, true);
	}
	check_row(NULL);
}

static void test_an_identifier_in_front(void)
{
	begin(SCAN_TERMINATOR_CR);
	it.collector.settings.has_aim = true;
	say("]C012\r]d2\r12\r] 012\r]Z612\r");
	check_told("]C012;bad;bad;bad;");
	end();
}

static void test_reports_that_count_their_bytes(void)
{
	begin_with(&scanner_driver_simple_com, SCAN_TERMINATOR_CR);
	say_bytes(bytes_of("\3"
			   "12\r\0\0",
		6));
	check_told("12;");
	say_bytes(bytes_of("\2"
			   "34xxx",
		6));
	say_bytes(bytes_of("\3"
			   "5\r\nx",
		5));
	check_told("345;");
	say_bytes(bytes_of("\0\0\0", 3)); /* nothing to say */
	check_told("");
	say_bytes(bytes_of("\4"
			   "1\r2\r",
		5)); /* two in one */
	check_told("bad;");
	say_bytes(bytes_of("\2"
			   "3\r",
		3)); /* it may be the rest */
	check_told("bad;");
	say_bytes(bytes_of("\2"
			   "4\r",
		3));
	check_told("4;");
	say_bytes(bytes_of("\2"
			   "5",
		2)); /* says more than there is */
	check_told("bad;");
	end();
}

static void test_a_device_is_told_by_its_maker_s_list_and_nothing_else(void)
{
	/* clang-format off */
	static const struct {
		const char *maker;
		const char *good;
		const char *bad;
		const char *silence; /* what says nothing to a person */
	} rows[] = {
		{ "other", NULL, NULL, NULL },
		{ "datalogic", "B", "FE", "" },
		{ "honeywell", "\x16\x07\r", NULL, "" },
		{ "honeywell_host", "\x1B" "7,", "\x1B" "8,\x1B" "8,", "\x1B" "1," },
		{ "newland", "~\1" "0000#BEEPON2000F50T20V;\3", "~\1" "0000#BEEPON500F300T20V;\3", "" },
		{ "cipherlab", "#@////\r", NULL, "" },
		{ "opticon", "\x1B" "B\r\x1B" "L\r", "\x1B" "E\r\x1B" "N\r", "" },
	};
	/* clang-format on */
	static const bool is_bad[SCAN_VERDICTS] = {
		[SCAN_QUESTION] = true, [SCAN_STOP] = true, [SCAN_NOT_STORED] = true
	};
	static const bool is_silent[SCAN_VERDICTS] = { [SCAN_REPEAT] = true, [SCAN_NOTE] = true };
	enum scanner_maker maker;

	check(!scanner_maker_parse("Zebra", &maker));
	check_int(ARRAY_LEN(rows), SCANNER_MAKERS);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		begin(SCAN_TERMINATOR_CR);
		check_row(rows[i].maker);
		check(scanner_maker_parse(rows[i].maker, &it.collector.settings.maker));
		for (int k = 0; k < SCAN_VERDICTS; k++) {
			AUTO_BUF out = { 0 };
			const char *sound = is_bad[k]      ? rows[i].bad
					    : is_silent[k] ? rows[i].silence
							   : rows[i].good;

			check_int(it.driver->feedback(&it.collector, (enum scan_verdict)k, &out),
				sound != NULL);
			check_str(buf_str(&out), sound ? sound : "");
		}
		end();
	}
}

#define ANSWER \
	"\2\1" \
	"0000#BEEPON2000F50T20V\6;\3"

/* However it is cut, and whatever ends a scan; no other maker's scanners answer. */
static void test_an_answer_to_a_command_is_no_scan(void)
{
	/* clang-format off */
	static const struct {
		const char *name;
		enum scan_terminator terminator;
		enum scanner_maker maker;
		const char *said;
		const char *told;
	} rows[] = {
		{ "before a scan", SCAN_TERMINATOR_CR, SCANNER_MAKER_NEWLAND, ANSWER "12\r", "12;" },
		{ "two, and after a scan", SCAN_TERMINATOR_CR_LF, SCANNER_MAKER_NEWLAND, "12\r\n" ANSWER ANSWER "13\r\n", "12;13;" },
		{ "between frames", SCAN_TERMINATOR_ETX, SCANNER_MAKER_NEWLAND, ANSWER "\2" "12\3", "12;" },
		{ "refused", SCAN_TERMINATOR_CR, SCANNER_MAKER_NEWLAND, "\2\1" "0000#BEEPON9F50T20V\x15;\3" "12\r", "12;" },
		{ "without its end", SCAN_TERMINATOR_CR, SCANNER_MAKER_NEWLAND, "\2\1" "0000#BEEP12\r13\r", "bad;13;" },
		{ "hardly begun", SCAN_TERMINATOR_CR, SCANNER_MAKER_NEWLAND, "\2\1" "000\r", "\2\1" "000;" },
		{ "of another maker", SCAN_TERMINATOR_CR, SCANNER_MAKER_CIPHERLAB, "\2\1" "0000\3" "12\r", "\2\1" "0000\3" "12;" },
	};
	/* clang-format on */

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		for (size_t piece = 1; piece <= strlen(rows[i].said); piece++) {
			begin(rows[i].terminator);
			check_row(rows[i].name);
			it.collector.settings.maker = rows[i].maker;
			for (size_t at = 0; at < strlen(rows[i].said); at += piece) {
				size_t left = strlen(rows[i].said) - at;

				say_bytes(bytes_of(rows[i].said + at, left < piece ? left : piece));
			}
			check_told(rows[i].told);
			end();
		}
	}
	begin(SCAN_TERMINATOR_NONE);
	it.collector.settings.maker = SCANNER_MAKER_NEWLAND;
	say_bytes(bytes_of_str(ANSWER));
	check_int(it.collector.reports, 0);
	say_bytes(bytes_of_str("\2\1"
			       "0000#"));
	be_silent();
	check_told("bad;");
	end();
}

static void test_words_of_terminators(void)
{
	static const char *const words[] = { "cr", "lf", "cr_lf", "tab", "etx", "none" };
	enum scan_terminator got;

	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		check(scan_terminator_parse(words[i], &got));
		check_int(got, i);
	}
	check(!scan_terminator_parse("CR", &got));
	check_str(scan_end_word(SCAN_END_IDLE), "idle");
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_each_terminator_however_the_bytes_are_cut),
		CHECK_TEST(test_nul_and_gs_are_data),
		CHECK_TEST(test_a_part_is_never_given_out),
		CHECK_TEST(test_silence_ends_a_scan_where_nothing_else_does),
		CHECK_TEST(test_what_is_too_long_is_dropped_to_its_end),
		CHECK_TEST(test_what_is_spoilt_costs_its_own_text_and_joins_none),
		CHECK_TEST(test_an_identifier_in_front),
		CHECK_TEST(test_reports_that_count_their_bytes),
		CHECK_TEST(test_a_device_is_told_by_its_maker_s_list_and_nothing_else),
		CHECK_TEST(test_an_answer_to_a_command_is_no_scan),
		CHECK_TEST(test_words_of_terminators),
	};
	return check_run("scanners/serial", tests, ARRAY_LEN(tests));
}
