/*
 * daemon/hl7: any bytes from a peer. The first byte says how the rest is cut up on its way through
 * the frame reader; every message that comes out is read and answered, and what must hold of an
 * answer is checked here: it is HL7 in the sender's delimiters, names an acknowledgement that fits,
 * holds no byte that ends a frame, and the same bytes give the same answer.
 *
 * Sources: daemon/base daemon/hl7
 * Link: -ljansson
 */
#include <jansson.h>
#include <stdlib.h>

#include "daemon/base/buf.h"
#include "daemon/hl7/ack.h"
#include "daemon/hl7/frame.h"
#include "daemon/hl7/read.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* Always on: a check that NDEBUG could take away is none. */
static void must(bool holds)
{
	if (!holds)
		abort();
}

static void answer(const struct hl7_reading *reading, struct buf *out)
{
	struct hl7_answer said = { .code = HL7_AA, .control_id = "17", .at_s = 1772467200 };

	if (!reading->parsed)
		hl7_answer_make(&said, "17", 1772467200, &reading->fault);
	hl7_answer_write(&said, &reading->header, out);
}

/* MSH-15 asks for an accept acknowledgement: CA, CE or CR. */
static bool is_accept_asked(const struct hl7_header *header)
{
	struct bytes asked = hl7_header_component(header, MSH_ACCEPT_ACK, 1);

	return bytes_is(asked, "AL") || bytes_is(asked, "ER") || bytes_is(asked, "SU");
}

static void check_answer(const struct hl7_reading *reading, struct bytes bytes)
{
	struct hl7_header header;
	struct hl7_fault fault;

	must(hl7_header_read(&header, bytes, &fault));
	must(memcmp(&header.delims, &reading->header.delims, sizeof(header.delims)) == 0);
	must(!memchr(bytes.data, 0x1c, bytes.len) && !memchr(bytes.data, 0x0b, bytes.len));
	const uint8_t *msa = memchr(bytes.data, '\r', bytes.len);

	must(msa && (size_t)(bytes.data + bytes.len - msa) > 7);
	must(memcmp(msa + 1, "MSA", 3) == 0 && msa[4] == header.delims.field);
	const char *code = reading->parsed ? "AA" : hl7_ack_name(reading->fault.ack);

	must(msa[5] == (is_accept_asked(&reading->header) ? 'C' : 'A') && msa[6] == code[1]);
	must(reading->parsed || reading->fault.ack != HL7_AA);
}

/* What goes to the database is JSON and comes back from its text unchanged. */
static void check_json(json_t *value)
{
	char *text = json_dumps(value, JSON_COMPACT);

	must(text != NULL);
	json_t *again = json_loads(text, JSON_REJECT_DUPLICATES, NULL);

	must(again && json_equal(again, value));
	json_decref(again);
	free(text);
}

static void check_message(struct bytes raw)
{
	AUTO_BUF first = { 0 };
	AUTO_BUF second = { 0 };

	for (unsigned i = 0; i < 2; i++) {
		struct hl7_reading reading;

		hl7_read(&reading, raw);
		json_t *given =
			reading.parsed ? json_incref(reading.parsed) : hl7_reading_error(&reading);

		must(given != NULL);
		check_json(given);
		json_decref(given);
		answer(&reading, i == 0 ? &first : &second);
		check_answer(&reading, buf_bytes(&first));
		hl7_reading_done(&reading);
	}
	must(bytes_equal(buf_bytes(&first), buf_bytes(&second)));
}

static void check_stream(struct bytes stream, size_t step)
{
	struct mllp_reader reader;
	struct bytes message;

	mllp_reader_init(&reader);
	for (size_t at = 0; at < stream.len; at += step) {
		mllp_reader_feed(&reader, bytes_of(stream.data + at,
						  stream.len - at < step ? stream.len - at : step));
		while (mllp_reader_next(&reader, &message) == MLLP_MESSAGE)
			check_message(message);
	}
	mllp_reader_done(&reader);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	if (len < 1)
		return 0;
	check_stream(bytes_of(data + 1, len - 1), data[0] + 1u);
	check_message(bytes_of(data + 1, len - 1)); /* without a frame, which mutation would lose */
	return 0;
}
