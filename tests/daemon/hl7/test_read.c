/*
 * daemon/hl7/read, order and patient: whole messages to what the database is given (HL-02, HL-07,
 * HL-15, HL-16, IO-01), and every malformed one to its acknowledgement, code and place (IO-06).
 */
#include "daemon/hl7/read.h"

#include <stdlib.h>

#include "daemon/base/auto.h"
#include "daemon/base/buf.h"
#include "daemon/base/xalloc.h"
#include "daemon/hl7/order.h"
#include "daemon/hl7/patient.h"
#include "daemon/hl7/specimen.h"
#include "tests/check.h"

#define MSH "MSH|^~\\&|EPICCARE|RIVERSIDE|SPECIMEND|LAB|20260302161200||ORM^O01|77|P|2.3\r"
#define PID "PID|1||88^^^RVS^MRN||DOE^JANE||19790314|F\r"
#define ORC "ORC|NW|41|||||||20260302|||9^OKAFOR^DAN\r"
#define OBR "OBR|1|41||CBC^Blood count^L\r"

static char *dump(const json_t *value)
{
	return json_dumps(value, JSON_INDENT(1) | JSON_SORT_KEYS);
}

static void test_messages_become_what_is_expected(void)
{
	static const struct {
		const char *message;
		const char *expected;
	} rows[] = {
		{ "contrib/samples/order.hl7", "tests/data/hl7/order.json" },
		{ "contrib/samples/urine.hl7", "tests/data/hl7/urine.json" },
		{ "contrib/samples/cancel.hl7", "tests/data/hl7/cancel.json" },
		{ "contrib/samples/unmapped.hl7", "tests/data/hl7/unmapped.json" },
		{ "contrib/samples/birth-date.hl7", "tests/data/hl7/birth-date.json" },
		{ "contrib/samples/lab-order.hl7", "tests/data/hl7/lab-order.json" },
		{ "contrib/samples/lab-cancel.hl7", "tests/data/hl7/lab-cancel.json" },
		{ "contrib/samples/lab-change.hl7", "tests/data/hl7/lab-change.json" },
		{ "contrib/samples/urine-culture.hl7", "tests/data/hl7/urine-culture.json" },
		{ "tests/data/hl7/latin1.hl7", "tests/data/hl7/latin1.json" },
		{ "tests/data/hl7/delimiters.hl7", "tests/data/hl7/delimiters.json" },
		{ "tests/data/hl7/linefeeds.hl7", "tests/data/hl7/linefeeds.json" },
		{ "tests/data/hl7/crlf.hl7", "tests/data/hl7/crlf.json" },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		size_t len = 0;
		AUTO(char_free) char *raw = check_read_file(rows[i].message, &len);
		AUTO(char_free) char *expected = check_read_file(rows[i].expected, NULL);
		struct hl7_reading reading;

		check_row(rows[i].message);
		hl7_read(&reading, bytes_of(raw, len));
		check_str(reading.fault.text, "");
		AUTO(char_free) char *got = dump(reading.parsed);
		AUTO(char_free) char *line = xasprintf("%s\n", got ? got : "");

		check_str(line, expected);
		hl7_reading_done(&reading);
	}
}

static const struct malformed {
	const char *name;
	const char *text;
	const char *ack;
	unsigned code;
	const char *location;
	const char *why;
} malformed[] = {
	{ "empty", "", "AR", 100, "MSH", "does not begin with an MSH" },
	{ "batch", "FHS|^~\\&|A\rBHS|^~\\&\r" MSH PID, "AR", 200, "", "batches" },
	{ "no type", "MSH|^~\\&|A|B||||||7|P|2.3\r", "AR", 101, "MSH-9", "message type" },
	{ "no control id", "MSH|^~\\&|A|B|||||ORM^O01||P|2.3\r", "AR", 101, "MSH-10",
		"control id" },
	{ "no processing id", "MSH|^~\\&|A|B|||||ORM^O01|7||2.3\r", "AR", 101, "MSH-11",
		"processing" },
	{ "no version", "MSH|^~\\&|A|B|||||ORM^O01|7|P\r", "AR", 101, "MSH-12", "version" },
	{ "other type", "MSH|^~\\&|A|B|||||ADT^A01|7|P|2.3\r", "AR", 200, "MSH-9", "'ADT'" },
	{ "other lab order", "MSH|^~\\&|A|B|||||OML^O33^OML_O33|7|P|2.5.1\r", "AR", 201, "MSH-9",
		"'O33'" },
	{ "prior results of a lab order",
		"MSH|^~\\&|A|B|||||OML^O21^OML_O21|7|P|2.5.1\r" PID ORC OBR PID OBR, "AE", 100,
		"PID[2]", "second patient" },
	{ "replacement by filler alone", MSH PID "ORC|RO||F1\rOBR|1|||CBC\r", "AE", 101, "ORC-2",
		"no number" },
	{ "replacement without OBR", MSH PID "ORC|RO|43\r", "AE", 100, "ORC", "needs an OBR" },
	{ "other event", "MSH|^~\\&|A|B|||||ORM^O02|7|P|2.3\r", "AR", 201, "MSH-9", "'O02'" },
	{ "no event", "MSH|^~\\&|A|B|||||ORM|7|P|2.3\r", "AR", 201, "MSH-9", "event ''" },
	{ "processing id", "MSH|^~\\&|A|B|||||ORM^O01|7|X|2.3\r", "AR", 202, "MSH-11", "'X'" },
	{ "version 2.2", "MSH|^~\\&|A|B|||||ORM^O01|7|P|2.2\r", "AR", 203, "MSH-12", "'2.2'" },
	{ "version 2.7", "MSH|^~\\&|A|B|||||ORM^O01|7|P|2.7\r", "AR", 203, "MSH-12", "'2.7'" },
	{ "charset", "MSH|^~\\&|A|B|||||ORM^O01|7|P|2.3||||||ISO IR87\r" PID ORC OBR, "AE", 103,
		"MSH-18", "send UNICODE UTF-8" },
	{ "not ASCII", MSH "PID|1||88||M\xc3\x9cLLER^A\r" ORC OBR, "AE", 102, "PID-5",
		"correct MSH-18" },
	{ "second charset", MSH "PID|1||88||\\C2842\\^A\r" ORC OBR, "AE", 102, "PID-5.1",
		"second character set" },
	{ "no PID", MSH ORC OBR, "AE", 100, "PID", "no PID" },
	{ "PID after ORC", MSH ORC OBR PID, "AE", 100, "PID", "before the first ORC" },
	{ "two patients", MSH PID ORC OBR PID ORC OBR, "AE", 100, "PID[2]", "second patient" },
	{ "two messages", MSH PID ORC OBR MSH PID ORC OBR, "AE", 100, "MSH[2]",
		"frame of its own" },
	{ "no number", MSH "PID|1||^^^RVS||DOE^JANE\r" ORC OBR, "AE", 101, "PID-3.1", "no number" },
	{ "null number", MSH "PID|1||\"\"||DOE^JANE\r" ORC OBR, "AE", 101, "PID-3.1", "no number" },
	{ "no name", MSH "PID|1||88||^^X\r" ORC OBR, "AE", 101, "PID-5.1", "no name" },
	{ "control in name", MSH "PID|1||88||DOE^JA\\X1D\\NE\r" ORC OBR, "AE", 102, "PID-5.2",
		"control" },
	{ "no ORC", MSH PID, "AE", 100, "ORC", "no ORC" },
	{ "OBR alone", MSH PID OBR, "AE", 100, "OBR", "without an ORC" },
	{ "no ORC-1", MSH PID "ORC||41\r" OBR, "AE", 101, "ORC-1", "ORC-1" },
	{ "no order number", MSH PID "ORC|NW\rOBR|1|||CBC\r", "AE", 101, "ORC-2", "no number" },
	{ "new by filler alone", MSH PID "ORC|NW||F1\rOBR|1|||CBC\r", "AE", 101, "ORC-2",
		"no number" },
	{ "numbers differ", MSH PID ORC "OBR|1|42||CBC\r", "AE", 102, "OBR-2.1", "another number" },
	{ "fillers differ", MSH PID "ORC|CA|41|F1\rOBR|1|41|F2|CBC\r", "AE", 102, "OBR-3.1",
		"another" },
	{ "new without OBR", MSH PID ORC, "AE", 100, "ORC", "needs an OBR" },
	{ "second new without OBR", MSH PID ORC OBR "ORC|NW|43\r", "AE", 100, "ORC[2]",
		"needs an OBR" },
	{ "no test", MSH PID ORC "OBR|1|41||^^L\r", "AE", 101, "OBR-4.1", "which test" },
	{ "no second test", MSH PID ORC OBR "OBR|2|41\r", "AE", 101, "OBR[2]-4.1", "which test" },
	{ "two sources", MSH PID ORC "OBR|1|41||A|||||||||||U&Urine\rOBR|2|41||B|||||||||||Blood\r",
		"AE", 102, "OBR[2]-15.1", "two kinds of specimen" },
	{ "no segment", MSH PID "hello\r" ORC OBR, "AE", 100, "PID", "is not a segment" },
};

static void check_malformed(const struct malformed *row)
{
	struct hl7_reading reading;
	char location[HL7_LOCATION_TEXT_MAX];

	check_row(row->name);
	hl7_read(&reading, bytes_of_str(row->text));
	check(!reading.parsed);
	check_str(hl7_ack_name(reading.fault.ack), row->ack);
	check_int(reading.fault.code, row->code);
	hl7_location_write(&reading.fault.at, location);
	check_str(location, row->location);
	check_contains(reading.fault.text, row->why);
	hl7_reading_done(&reading);
}

static void test_malformed_messages_name_code_and_place(void)
{
	for (size_t i = 0; i < ARRAY_LEN(malformed); i++)
		check_malformed(&malformed[i]);
}

static void test_error_carries_what_is_known_of_the_header(void)
{
	struct hl7_reading reading;

	hl7_read(&reading, bytes_of_str("MSH|^~\\&|L\xc4"
					"B^1|N||||X|ADT^A01|Q7|T|2.4\r"));
	AUTO(char_free) char *got = NULL;
	json_t *error = hl7_reading_error(&reading);

	got = json_dumps(error, JSON_COMPACT | JSON_SORT_KEYS);
	json_decref(error);
	check_str(got,
		"{\"ack\":\"AR\",\"code\":\"200\",\"location\":\"MSH-9\",\"parsed\":{\"control_"
		"id\":\"Q7\","
		"\"processing_id\":\"T\",\"sender\":{\"application\":\"L?B^1\",\"facility\":\"N\"},"
		"\"type\":\"ADT^A01\",\"version\":\"2.4\"},\"text\":\"message type 'ADT' is not "
		"taken here\"}");
	hl7_reading_done(&reading);
}

/* The value at a path of keys and array positions, as compact JSON. */
static char *value_at(const json_t *value, const char *path)
{
	AUTO(char_free) char *copy = xstrdup(path);
	char *save = NULL;

	for (char *key = strtok_r(copy, "/", &save); key; key = strtok_r(NULL, "/", &save)) {
		value = json_is_array(value) ? json_array_get(value, (size_t)strtoul(key, NULL, 10))
					     : json_object_get(value, key);
	}
	return value ? json_dumps(value, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY) : NULL;
}

static void test_single_values(void)
{
	static const struct {
		const char *name;
		const char *text;
		const char *path;
		const char *value;
	} rows[] = {
		{ "MSH-9 with structure", "MSH|^~\\&|A|B|||||ORM^O01^ORM_O01|7|P|2.4\r" PID ORC OBR,
			"type", "\"ORM^O01\"" },
		{ "universal id alone", "MSH|^~\\&|^1.2^ISO|B|||||ORM^O01|7|P|2.4\r" PID ORC OBR,
			"sender/application", "\"1.2\"" },
		{ "line end before MSH", "\r\n" MSH PID ORC OBR, "control_id", "\"77\"" },
		{ "ampersand in given name", MSH "PID|1||88||DOE^A&B\r" ORC OBR, "patient/given",
			"\"A&B\"" },
		{ "prefix up to 2.4", MSH "PID|1||88||BEEK&van\r" ORC OBR, "patient/family",
			"\"van BEEK\"" },
		{ "no prefix since 2.5",
			"MSH|^~\\&|A|B|||||ORM^O01|7|P|2.5\rPID|1||88||van BEEK&van&BEEK\r" ORC OBR,
			"patient/family", "\"van BEEK\"" },
		{ "legal name counts", MSH "PID|1||88||JAY^J^^^^^N~DOE^JANE^^^^^L\r" ORC OBR,
			"patient/family", "\"DOE\"" },
		{ "one name only", MSH "PID|1||88||^MADONNA||19790314|F\r" ORC OBR, "orders/0/gaps",
			"[\"family\"]" },
		{ "PID-4 counts last", MSH "PID|1|||99^^^X^Y|DOE^JANE\r" ORC OBR,
			"patient/numbers/0/id", "\"99\"" },
		{ "PID-3 counts first", MSH "PID|1|1|2|3|DOE^JANE\r" ORC OBR, "patient/numbers",
			"[{\"authority\":\"\",\"id\":\"2\",\"type\":\"\"}]" },
		{ "birth text is kept", MSH "PID|1||88||DOE^JANE||UNK|F\r" ORC OBR,
			"patient/birth_text", "\"UNK\"" },
		{ "birth time is dropped", MSH "PID|1||88||DOE^JANE||197903141122|F\r" ORC OBR,
			"patient/birth_date", "\"1979-03-14\"" },
		{ "sex unknown to the table", MSH "PID|1||88||DOE^JANE||19790314|SEX\r" ORC OBR,
			"patient/sex", "null" },
		{ "cancel by filler alone", MSH PID "ORC|CA||F1\r", "orders/0/filler_number",
			"\"F1\"" },
		{ "cancel without test", MSH PID "ORC|CA|41\r", "orders/0/tests", "[]" },
		{ "number from the OBR", MSH PID "ORC|NW\r" OBR, "orders/0/placer_number",
			"\"41\"" },
		{ "unknown control is verbatim", MSH PID "ORC|Z9|41\r" OBR, "orders/0/control_raw",
			"\"Z9\"" },
		{ "unknown control is a gap", MSH PID "ORC|Z9|41||||||||||9^O\r" OBR,
			"orders/0/gaps", "[\"control\"]" },
		{ "test without code", MSH PID ORC "OBR|1|41||^Blood count\r", "orders/0/gaps",
			"[\"test_code\"]" },
		{ "alternate code", MSH PID ORC "OBR|1|41||^^^B1^Blood^99L\r", "orders/0/tests/0",
			"{\"code\":\"B1\",\"name\":\"Blood\",\"system\":\"99L\"}" },
		{ "urgent by OBR-5", MSH PID ORC "OBR|1|41||CBC|S\r", "orders/0/priority",
			"\"STAT\"" },
		{ "urgent by OBR-27", MSH PID ORC "OBR|1|41||CBC|||||||||||||||||||||||^^^^^stat\r",
			"orders/0/priority", "\"STAT\"" },
		{ "ORC-7 counts first", MSH PID "ORC|NW|41|||||^^^^^R\rOBR|1|41||CBC|S\r",
			"orders/0/priority", "\"ROUTINE\"" },
		{ "unknown priority is a gap", MSH PID "ORC|NW|41|||||^^^^^Q|||||9^O\r" OBR,
			"orders/0/gaps", "[\"priority\"]" },
		{ "TQ1 counts before ORC-7",
			MSH PID "ORC|NW|41|||||^^^^^R\rTQ1|1||||||||S^Stat\r" OBR,
			"orders/0/priority", "\"STAT\"" },
		{ "the first TQ1 counts",
			MSH PID ORC "TQ1|1||||||20260304\rTQ1|2||||||20260305\r" OBR,
			"orders/0/due_at", "\"2026-03-04\"" },
		{ "TQ1 before the ORC", MSH PID "TQ1|1||||||20260304\r" ORC OBR, "notes",
			"[\"TQ1 before the first ORC was passed over\"]" },
		{ "source by SPM", MSH PID ORC OBR "SPM|1|||UR^Urine\r", "orders/0/source_text",
			"\"Urine\"" },
		{ "source by SPM, code alone", MSH PID ORC OBR "SPM|1|||UR\r",
			"orders/0/source_text", "\"UR\"" },
		{ "OBR-15 counts before SPM",
			MSH PID ORC "OBR|1|41||CBC|||||||||||U&Urine\rSPM|1|||BLD^Blood\r",
			"orders/0/source_text", "\"Urine\"" },
		{ "SPM of two kinds name none",
			MSH PID ORC OBR "SPM|1|||UR^Urine\rSPM|2|||BLD^Blood\r",
			"orders/0/source_text", "null" },
		{ "SPM of two kinds are noted",
			MSH PID ORC OBR "SPM|1|||UR^Urine\rSPM|2|||BLD^Blood\r", "notes",
			"[\"the SPM of one order name several kinds of specimen\"]" },
		{ "SPM ids", MSH PID ORC OBR "SPM|1|P1&EPC^F1&LAB|||||||||||||||\r",
			"orders/0/specimens/0",
			"{\"available\":null,\"collected_at\":null,\"container_ids\":[],"
			"\"filler_id\":\"F1\",\"placer_id\":\"P1\",\"received_at\":null,"
			"\"site\":\"\",\"site_side\":\"\",\"type_code\":\"\",\"type_text\":\"\"}" },
		{ "SPM-8, the site in words",
			MSH PID ORC OBR "SPM|1|||TISS^Tissue||||UB^Upper back^L|L^Left^HL70495\r",
			"orders/0/specimens/0/site", "\"Upper back\"" },
		{ "SPM-8, code alone", MSH PID ORC OBR "SPM|1|||TISS||||BACK|L\r",
			"orders/0/specimens/0/site", "\"BACK\"" },
		{ "SPM-9, the side", MSH PID ORC OBR "SPM|1|||TISS||||BACK|BIL^Bilateral\r",
			"orders/0/specimens/0/site_side", "\"BIL\"" },
		{ "SPM-17 is a range: its start",
			MSH PID ORC OBR "SPM|1||||||||||||||||20260304&x^20260305\r",
			"orders/0/specimens/0/collected_at", "\"2026-03-04\"" },
		{ "a claimed collection is noted",
			MSH PID ORC OBR "SPM|1||||||||||||||||20260304\r", "notes",
			"[\"SPM-17 says when it was collected: recorded, not believed\"]" },
		{ "SPM time that is none", MSH PID ORC OBR "SPM|1|||||||||||||||||soon\r", "notes",
			"[\"SPM-18 is no time that can be read\"]" },
		{ "SAC ids", MSH PID ORC OBR "SPM|1\rSAC|||C1^LAB\rSAC\rSAC|||C2\r",
			"orders/0/specimens/0/container_ids", "[\"C1\",\"C2\"]" },
		{ "SAC alone", MSH PID ORC OBR "SAC|||C1\r", "orders/0/specimens", "[]" },
		{ "SPM of the second order", MSH PID ORC OBR "ORC|CA|40\rSPM|1|||UR\r",
			"orders/1/specimens/0/type_code", "\"UR\"" },
		{ "replacement", MSH PID "ORC|RP|41\rORC|RO|42\rOBR|1|42||CBC\r",
			"orders/1/control", "\"RO\"" },
		{ "due by OBR-36",
			MSH PID ORC "OBR|1|41||CBC||||||||||||||||||||||||||||||||20260304\r",
			"orders/0/due_at", "\"2026-03-04\"" },
		{ "time that is none", MSH PID "ORC|NW|41|||||||soon\r" OBR, "orders/0/ordered_at",
			"null" },
		{ "provider from the OBR",
			MSH PID "ORC|NW|41\rOBR|1|41||CBC||||||||||||9^LI&x^BO\r",
			"orders/0/provider", "{\"family\":\"LI\",\"given\":\"BO\",\"id\":\"9\"}" },
		{ "source by code alone", MSH PID ORC "OBR|1|41||CBC|||||||||||UR\r",
			"orders/0/source_text", "\"UR\"" },
		{ "reason by code alone", MSH PID "ORC|CA|41||||||||||||||NS\r",
			"orders/0/control_reason", "\"NS\"" },
		{ "second order", MSH PID ORC OBR "ORC|CA|40\r", "orders/1/placer_number",
			"\"40\"" },
		{ "two tests in one order", MSH PID ORC OBR "OBR|2|41||A1C\r",
			"orders/0/tests/1/code", "\"A1C\"" },
		{ "visit", MSH PID "PV1|1|O|||||||||||||||||V8^1\r" ORC OBR, "visit_number",
			"\"V8\"" },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct hl7_reading reading;

		check_row(rows[i].name);
		hl7_read(&reading, bytes_of_str(rows[i].text));
		check_str(reading.fault.text, "");
		AUTO(char_free) char *got = value_at(reading.parsed, rows[i].path);

		check_str(got, rows[i].value);
		hl7_reading_done(&reading);
	}
}

static void test_limits_of_orders_tests_and_numbers(void)
{
	static const struct {
		const char *begin;
		const char *part;
		const char *end;
		size_t largest;
		const char *why;
	} rows[] = {
		{ MSH PID, ORC OBR, "", HL7_ORDERS_MAX, "orders in one message" },
		{ MSH PID ORC, OBR, "", HL7_TESTS_MAX, "OBR in one order" },
		{ MSH "PID|1||1", "~2", "||DOE\r" ORC OBR, HL7_PATIENT_NUMBERS_MAX - 1,
			"patient numbers" },
		{ MSH PID ORC OBR, "SPM|1\r", "", HL7_SPECIMENS_MAX, "SPM in one order" },
		{ MSH PID ORC OBR "SPM|1\r", "SAC\r", "", HL7_CONTAINERS_MAX,
			"SAC for one specimen" },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		for (size_t extra = 0; extra <= 1; extra++) {
			AUTO_BUF text = { 0 };
			struct hl7_reading reading;

			check_row(rows[i].why);
			buf_add_str(&text, rows[i].begin);
			for (size_t n = 0; n < rows[i].largest + extra; n++)
				buf_add_str(&text, rows[i].part);
			buf_add_str(&text, rows[i].end);
			hl7_read(&reading, buf_bytes(&text));
			check_int(reading.parsed != NULL, extra == 0);
			check_contains(reading.fault.text, extra ? rows[i].why : "");
			hl7_reading_done(&reading);
		}
	}
}

/* Whatever is cut off a good message, it is read or refused with a reason, and can be answered. */
static void test_every_beginning_of_a_message_is_read_or_refused(void)
{
	size_t len = 0;
	AUTO(char_free) char *raw = check_read_file("contrib/samples/order.hl7", &len);
	size_t whole = 0;

	for (size_t cut = 0; cut < len; cut++) {
		AUTO_BUF part = {
			0
		}; /* of its own size, so that a sanitizer sees reads behind it */
		struct hl7_reading reading;

		buf_add_mem(&part, raw, cut);
		hl7_read(&reading, buf_bytes(&part));
		whole += reading.parsed != NULL;
		if (!reading.parsed && !check(reading.fault.text[0] != '\0'))
			break;
		hl7_reading_done(&reading);
	}
	check(whole > 0 && whole < len);
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_messages_become_what_is_expected),
		CHECK_TEST(test_malformed_messages_name_code_and_place),
		CHECK_TEST(test_error_carries_what_is_known_of_the_header),
		CHECK_TEST(test_single_values),
		CHECK_TEST(test_limits_of_orders_tests_and_numbers),
		CHECK_TEST(test_every_beginning_of_a_message_is_read_or_refused),
	};

	return check_run("hl7/read", tests, ARRAY_LEN(tests));
}
