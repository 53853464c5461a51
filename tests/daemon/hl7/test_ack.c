/* daemon/hl7/ack and fault: answers in the sender's own terms, the same for a repeat (HL-06,
 * IO-06). */
#include "daemon/hl7/ack.h"

#include "daemon/base/auto.h"
#include "daemon/hl7/read.h"
#include "tests/check.h"

#define AT_S 1772467200 /* 2026-03-02 16:00:00 UTC */

/* Reads the database's reply as JSON text and answers the message; "" when the reply is refused. */
static void answer(const char *message, const char *reply, struct buf *out)
{
	struct hl7_reading reading;
	struct hl7_answer said;
	struct err err = { 0 };
	json_t *data = json_loads(reply, JSON_REJECT_DUPLICATES, NULL);

	check(data != NULL);
	hl7_read(&reading, bytes_of_str(message));
	if (check_ok(hl7_answer_read(&said, data, &err), &err))
		hl7_answer_write(&said, &reading.header, out);
	hl7_reading_done(&reading);
	json_decref(data);
}

#define AA_17                                                                                    \
	"{\"message_id\": 17, \"ack_at\": \"2026-03-02T16:00:00+00:00\", \"ack_code\": \"AA\", " \
	"\"errors\": []}"
#define AE_17                                                                                      \
	"{\"message_id\": 17, \"ack_at\": \"2026-03-02T16:00:00+00:00\", \"ack_code\": \"AE\", "   \
	"\"errors\": [{\"code\": \"101\", \"location\": \"PID-3.1\", \"text\": \"no | number\"}, " \
	"{\"code\": \"103\", \"location\": \"OBR[2]-4\", \"text\": \"b\"}]}"
#define AR_17                                                                                    \
	"{\"message_id\": 17, \"ack_at\": \"2026-03-02T16:00:00+00:00\", \"ack_code\": \"AR\", " \
	"\"errors\": [{\"code\": \"200\", \"location\": \"\", \"text\": \"batches\"}]}"

static void test_answers_are_in_the_terms_of_the_sender(void)
{
	static const struct {
		const char *name;
		const char *message;
		const char *reply;
		const char *answer;
	} rows[] = {
		{ "AA 2.3", "MSH|^~\\&|EPIC|F1|SP|L1|20260302||ORM^O01|550|D|2.3\r", AA_17,
			"MSH|^~\\&|SP|L1|EPIC|F1|20260302160000+0000||ACK^O01|17|D|2.3\rMSA|AA|"
			"550\r" },
		{ "AE 2.3", "MSH|^~\\&|EPIC|F1|SP|L1|20260302||ORM^O01|550|D|2.3\r", AE_17,
			"MSH|^~\\&|SP|L1|EPIC|F1|20260302160000+0000||ACK^O01|17|D|2.3\r"
			"MSA|AE|550|no \\F\\ number\r"
			"ERR|PID^1^3^101&Required field missing&HL70357~"
			"OBR^2^4^103&Table value not found&HL70357\r" },
		{ "AE 2.4 names the structure", "MSH|^~\\&|A||||||ORM^O01^ORM_O01|5|P|2.4\r", AE_17,
			"MSH|^~\\&|||A||20260302160000+0000||ACK^O01^ACK|17|P|2.4\r"
			"MSA|AE|5|no \\F\\ number\r"
			"ERR|PID^1^3^101&Required field missing&HL70357~"
			"OBR^2^4^103&Table value not found&HL70357\r" },
		{ "AE 2.5.1", "MSH|^~\\&#|A^1.2^ISO||||||ORM^O01|5|P^T|2.5.1|||||||UNICODE UTF-8\r",
			AE_17,
			"MSH|^~\\&#|||A^1.2^ISO||20260302160000+0000||ACK^O01^ACK|17|P^T|2.5.1\r"
			"MSA|AE|5|no \\F\\ number\r"
			"ERR||PID^1^3^^1|101^Required field missing^HL70357|E||||no \\F\\ number\r"
			"ERR||OBR^2^4|103^Table value not found^HL70357|E||||b\r" },
		{ "own delimiters", "MSH$%*!+$A$$$$$$ORM%O01$D!F!1$P$2.5$$$$$$8859/1\r", AE_17,
			"MSH$%*!+$$$A$$20260302160000!T!0000$$ACK%O01%ACK$17$P$2.5$$$$$$8859/1\r"
			"MSA$AE$D!F!1$no | number\r"
			"ERR$$PID%1%3%%1$101%Required field missing%HL70357$E$$$$no | number\r"
			"ERR$$OBR%2%4$103%Table value not found%HL70357$E$$$$b\r" },
		{ "AA of a lab order", "MSH|^~\\&|B|F|S|L|||OML^O21^OML_O21|5|P|2.5.1\r", AA_17,
			"MSH|^~\\&|S|L|B|F|20260302160000+0000||ORL^O22^ORL_O22|17|P|2.5.1\r"
			"MSA|AA|5\r" },
		{ "AR of a lab order", "MSH|^~\\&|B|F|S|L|||OML^O21^OML_O21|5|P|2.5.1|||NE|AL\r",
			AR_17,
			"MSH|^~\\&|S|L|B|F|20260302160000+0000||ORL^O22^ORL_O22|17|P|2.5.1\r"
			"MSA|AR|5|batches\rERR|||200^Unsupported message "
			"type^HL70357|E||||batches\r" },
		{ "lab order of another event", "MSH|^~\\&|B||||||OML^O33|5|P|2.5.1\r", AR_17,
			"MSH|^~\\&|||B||20260302160000+0000||ACK^O33^ACK|17|P|2.5.1\r"
			"MSA|AR|5|batches\rERR|||200^Unsupported message "
			"type^HL70357|E||||batches\r" },
		{ "accepted", "MSH|^~\\&|B||||||OML^O21^OML_O21|5|P|2.5.1|||AL|NE\r", AA_17,
			"MSH|^~\\&|||B||20260302160000+0000||ACK^O21^ACK|17|P|2.5.1\rMSA|CA|5\r" },
		{ "accepted, both levels asked", "MSH|^~\\&|B||||||ORM^O01|5|P|2.3|||AL|AL\r",
			AA_17, "MSH|^~\\&|||B||20260302160000+0000||ACK^O01|17|P|2.3\rMSA|CA|5\r" },
		{ "accepted, errors asked", "MSH|^~\\&|B||||||ORM^O01|5|P|2.3|||ER\r", AA_17,
			"MSH|^~\\&|||B||20260302160000+0000||ACK^O01|17|P|2.3\rMSA|CA|5\r" },
		{ "never is answered all the same", "MSH|^~\\&|B||||||ORM^O01|5|P|2.3|||NE|NE\r",
			AA_17, "MSH|^~\\&|||B||20260302160000+0000||ACK^O01|17|P|2.3\rMSA|AA|5\r" },
		{ "not accepted", "MSH|^~\\&|B||||||OML^O21|5|P|2.3|||SU\r", AE_17,
			"MSH|^~\\&|||B||20260302160000+0000||ACK^O21|17|P|2.3\r"
			"MSA|CE|5|no \\F\\ number\r"
			"ERR|PID^1^3^101&Required field missing&HL70357~"
			"OBR^2^4^103&Table value not found&HL70357\r" },
		{ "rejected", "MSH|^~\\&|B||||||OML^O21|5|P|2.5|||AL\r", AR_17,
			"MSH|^~\\&|||B||20260302160000+0000||ACK^O21^ACK|17|P|2.5\r"
			"MSA|CR|5|batches\rERR|||200^Unsupported message "
			"type^HL70357|E||||batches\r" },
		{ "no header", "hello", AR_17,
			"MSH|^~\\&|||||20260302160000+0000||ACK|17|P|2.3\rMSA|AR||batches\r"
			"ERR|^^^200&Unsupported message type&HL70357\r" },
		{ "no place in 2.5", "MSH|^~\\&|||||||ORM^O01|5|P|2.5\r", AR_17,
			"MSH|^~\\&|||||20260302160000+0000||ACK^O01^ACK|17|P|2.5\rMSA|AR|5|"
			"batches\r"
			"ERR|||200^Unsupported message type^HL70357|E||||batches\r" },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO_BUF out = { 0 };

		check_row(rows[i].name);
		answer(rows[i].message, rows[i].reply, &out);
		check_str(buf_str(&out), rows[i].answer);
	}
}

/* The database says the same moment in another zone and that it is a repeat: the bytes are the
 * same. */
static void test_repeat_gets_the_first_answer_byte_for_byte(void)
{
	static const char message[] =
		"MSH|^~\\&|EPIC|F1|SP|L1|20260302||ORM^O01|550|D|2.3\rPID|1\r";
	static const char *const ways[] = {
		"2026-03-02T16:00:00+00:00",
		"2026-03-02T16:00:00.75Z",
		"2026-03-02T10:00:00.123456-06:00",
		"2026-03-02 21:30:00+0530",
		"2026-03-03T00:00:00+08",
		"2026-03-02T16:00:00",
	};
	AUTO_BUF first = { 0 };

	answer(message, AA_17, &first);
	for (size_t i = 0; i < ARRAY_LEN(ways); i++) {
		AUTO_BUF reply = { 0 };
		AUTO_BUF again = { 0 };

		buf_addf(&reply,
			"{\"message_id\": 17, \"ack_at\": \"%s\", \"ack_code\": \"AA\", "
			"\"repeat\": true}",
			ways[i]);
		check_row(ways[i]);
		answer(message, buf_str(&reply), &again);
		check_bytes(buf_bytes(&again), buf_bytes(&first));
	}
}

static void test_replies_that_do_not_hold_together_are_refused(void)
{
	static const struct {
		const char *reply;
		const char *why;
	} rows[] = {
		{ "{}", "message_id" },
		{ "[]", "message_id" },
		{ "{\"message_id\": 0}", "message_id" },
		{ "{\"message_id\": \"1\"}", "message_id" },
		{ "{\"message_id\": 1}", "ack_at" },
		{ "{\"message_id\": 1, \"ack_at\": \"yesterday\"}", "ack_at" },
		{ "{\"message_id\": 1, \"ack_at\": \"2026-03-02T16:00:00*01:00\"}", "ack_at" },
		{ "{\"message_id\": 1, \"ack_at\": \"2026-03-02T16:00:00\"}", "ack_code" },
		{ "{\"message_id\": 1, \"ack_at\": \"2026-03-02T16:00:00\", \"ack_code\": \"OK\"}",
			"ack_code" },
		{ "{\"message_id\": 1, \"ack_at\": \"2026-03-02T16:00:00\", \"ack_code\": \"AE\", "
		  "\"errors\": "
		  "[{\"code\": \"7\"}]}",
			"code or place" },
		{ "{\"message_id\": 1, \"ack_at\": \"2026-03-02T16:00:00\", \"ack_code\": \"AE\", "
		  "\"errors\": "
		  "[{\"code\": 101}]}",
			"code or place" },
		{ "{\"message_id\": 1, \"ack_at\": \"2026-03-02T16:00:00\", \"ack_code\": \"AE\", "
		  "\"errors\": "
		  "[{\"code\": \"101\", \"location\": \"here\"}]}",
			"code or place" },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		json_t *data = json_loads(rows[i].reply, 0, NULL);
		struct hl7_answer out = { .at_s = 99 };
		struct err err = { 0 };

		check_row(rows[i].reply);
		check(!hl7_answer_read(&out, data, &err));
		check_err(&err, ERR_INTERNAL, rows[i].why);
		check_int(out.at_s, 99);
		json_decref(data);
	}
}

static void test_refusal_without_errors_still_says_something(void)
{
	json_t *data = json_loads(
		"{\"message_id\": 3, \"ack_at\": \"2026-03-02T16:00:00\", \"ack_code\": \"AR\"}", 0,
		NULL);
	struct hl7_answer out;

	check(hl7_answer_read(&out, data, NULL));
	check_int(out.error_count, 1);
	check_int(out.errors[0].code, HL7_INTERNAL);
	check_contains(out.errors[0].text, "not taken");
	json_decref(data);
}

static void test_errors_past_the_limit_are_left_out(void)
{
	json_t *errors = json_array();

	for (unsigned i = 0; i < HL7_ANSWER_ERRORS_MAX + 5; i++)
		json_array_append_new(errors, json_pack("{s:s}", "code", "101"));
	json_t *data = json_pack("{s:i, s:s, s:s, s:o}", "message_id", 3, "ack_at",
		"2026-03-02T16:00:00", "ack_code", "AE", "errors", errors);
	struct hl7_answer out;

	check(hl7_answer_read(&out, data, NULL));
	check_int(out.error_count, HL7_ANSWER_ERRORS_MAX);
	json_decref(data);
}

static void test_long_and_foreign_text_of_ours_is_cut_and_plain(void)
{
	struct hl7_header header;
	struct hl7_fault fault = { 0 };
	struct hl7_answer said;
	AUTO_BUF out = { 0 };

	check(hl7_header_read(&header, bytes_of_str("MSH|^~\\&|||||||ORM^O01|5|P|2.3\r"), &fault));
	(void)hl7_fault_set(&fault, HL7_AE, HL7_INTERNAL, hl7_msh(3), "é中\r%s",
		"0123456789012345678901234567890123456789012345678901234567890123456789"
		"0123456789");
	hl7_answer_make(&said, "N1", AT_S, &fault);
	hl7_answer_write(&said, &header, &out);
	check_str(buf_str(&out),
		"MSH|^~\\&|||||20260302160000+0000||ACK^O01|N1|P|2.3\r"
		"MSA|AE|5|?? "
		"01234567890123456789012345678901234567890123456789012345678901234567890123456\r"
		"ERR|MSH^1^3^207&Application internal error&HL70357\r");
}

static void test_locations_are_written_and_read_back(void)
{
	static const char *const good[] = { "PID", "PID-3", "PID-3.1", "OBR[2]", "OBR[2]-4",
		"OBR[2]-4.1", "ZZ1[4096]-512.99" };
	static const char *const bad[] = { "", "PI", "pid-3", "PID-", "PID-0", "PID-3.", "PID[0]",
		"PID[2", "PID-3.1.1", "PID3", "1PD", "PID-100000", "PID 3" };

	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		struct hl7_location at;
		char text[HL7_LOCATION_TEXT_MAX];

		check_row(good[i]);
		if (!check(hl7_location_read(&at, good[i])))
			continue;
		hl7_location_write(&at, text);
		check_str(text, good[i]);
	}
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct hl7_location at = { .field = 77 };

		check_row(bad[i]);
		check(!hl7_location_read(&at, bad[i]));
		check_int(at.field, 77);
	}
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_answers_are_in_the_terms_of_the_sender),
		CHECK_TEST(test_repeat_gets_the_first_answer_byte_for_byte),
		CHECK_TEST(test_replies_that_do_not_hold_together_are_refused),
		CHECK_TEST(test_refusal_without_errors_still_says_something),
		CHECK_TEST(test_errors_past_the_limit_are_left_out),
		CHECK_TEST(test_long_and_foreign_text_of_ours_is_cut_and_plain),
		CHECK_TEST(test_locations_are_written_and_read_back),
	};

	return check_run("hl7/ack", tests, ARRAY_LEN(tests));
}
