/* daemon/bench/printer.h's table: where a label ends, and as what. Whoever says "failed" says that
 * nothing of it can come out. */
#include "tests/daemon/bench/printer_rig.h"

enum until {
	UNTIL_ASKED,   /* it waits for the round that lets it go */
	UNTIL_WRITTEN, /* its bytes wait to be taken */
	UNTIL_SENT,    /* all of them were */
};

enum fault {
	FAULT_NONE,   /* time goes by */
	FAULT_PULLED, /* the cable */
	FAULT_STALL,  /* the printer refuses the rest */
	FAULT_BROKEN, /* the transfer breaks off */
	FAULT_OPENED, /* the head */
	FAULT_HOLDS,  /* it has another label inside */
	FAULT_SILENT,
	FAULT_NO_COUNTER,
	FAULT_JUMP,  /* the counter, by two */
	FAULT_PROOF, /* the label comes out */
};

/* clang-format off */
static const struct {
	const char *name;
	enum until until;
	bool was_tried;    /* an earlier try of it may have come out */
	size_t taken;      /* bytes that were told taken before the fault */
	size_t taken_late; /* that are told when the cable lets go */
	enum fault fault;
	const char *end;
	const char *message;
} ends[] = {
	{ "not connected", UNTIL_ASKED, false, 0, 0, FAULT_PULLED, "failed", "is not connected" },
	{ "head open before", UNTIL_ASKED, false, 0, 0, FAULT_OPENED, "failed", "cannot print: head_open" },
	{ "another inside", UNTIL_ASKED, false, 0, 0, FAULT_HOLDS, "failed", "still holds another label" },
	{ "not connected, tried", UNTIL_ASKED, true, 0, 0, FAULT_PULLED, "unknown", "is not connected" },
	{ "head open before, tried", UNTIL_ASKED, true, 0, 0, FAULT_OPENED, "unknown", "cannot print: head_open" },
	{ "another inside, tried", UNTIL_ASKED, true, 0, 0, FAULT_HOLDS, "unknown", "still holds another label" },
	{ "counter moved since, tried", UNTIL_ASKED, true, 0, 0, FAULT_JUMP, "unknown", "may have printed this label before" },

	{ "no byte in time", UNTIL_WRITTEN, false, 0, 0, FAULT_NONE, "failed", "takes no more bytes" },
	{ "first byte refused", UNTIL_WRITTEN, false, 0, 0, FAULT_STALL, "failed", "refused the rest" },
	{ "pulled, none counted", UNTIL_WRITTEN, false, 0, 0, FAULT_PULLED, "unknown", "was disconnected" },
	{ "broken off, none counted", UNTIL_WRITTEN, false, 0, 0, FAULT_BROKEN, "unknown", "refused the rest" },
	{ "one byte, then none", UNTIL_WRITTEN, false, 1, 0, FAULT_NONE, "unknown", "takes no more bytes" },
	{ "one byte, then refused", UNTIL_WRITTEN, false, 1, 0, FAULT_STALL, "unknown", "refused the rest" },
	{ "one byte, then pulled", UNTIL_WRITTEN, false, 1, 0, FAULT_PULLED, "unknown", "was disconnected" },
	{ "one byte, then broken off", UNTIL_WRITTEN, false, 1, 0, FAULT_BROKEN, "unknown", "refused the rest" },
	{ "all but the last byte", UNTIL_WRITTEN, false, sizeof(label) - 2, 0, FAULT_NONE, "unknown", "takes no more bytes" },
	{ "one byte, told late", UNTIL_WRITTEN, false, 0, 1, FAULT_NONE, "unknown", "takes no more bytes" },
	{ "one byte, told with the refusal", UNTIL_WRITTEN, false, 0, 1, FAULT_STALL, "unknown", "refused the rest" },
	{ "all of them, told late", UNTIL_WRITTEN, false, 0, sizeof(label) - 1, FAULT_NONE, "sent", "" },
	{ "no byte in time, tried and let go", UNTIL_WRITTEN, true, 0, 0, FAULT_NONE, "failed", "takes no more bytes" },

	{ "pulled after the last byte", UNTIL_SENT, false, 0, 0, FAULT_PULLED, "unknown", "was disconnected with the label inside" },
	{ "head opened on it", UNTIL_SENT, false, 0, 0, FAULT_OPENED, "unknown", "stopped with the label inside" },
	{ "held for ever", UNTIL_SENT, false, 0, 0, FAULT_HOLDS, "unknown", "did not say in time" },
	{ "silent", UNTIL_SENT, false, 0, 0, FAULT_SILENT, "unknown", "did not say in time" },
	{ "no counter any more", UNTIL_SENT, false, 0, 0, FAULT_NO_COUNTER, "unknown", "did not say in time" },
	{ "counter stays", UNTIL_SENT, false, 0, 0, FAULT_NONE, "unknown", "did not say in time" },
	{ "counter by two", UNTIL_SENT, false, 0, 0, FAULT_JUMP, "unknown", "counted other labels" },
	{ "proved", UNTIL_SENT, false, 0, 0, FAULT_PROOF, "printed", "" },
};
/* clang-format on */

static void bring_to(enum until until)
{
	if (until == UNTIL_ASKED)
		return;
	it.fake->label_stays = true;
	if (until == UNTIL_SENT) {
		fake_loop_run(it.loop, PRINTER_WATCH_MS / 2);
		check_contains(buf_str(&it.told), "sent ");
		return;
	}
	bool is_begun = false;
	int64_t job;

	for (unsigned pass = 0; pass < 100 && !is_begun; pass++) {
		it.fake->is_holding = it.fake->asked[PRINTER_QUERY_COUNTER] == 2;
		loop_step(it.loop, 0);
		check(printer_job_is_open(it.printer, &job, &is_begun));
	}
	check(is_begun);
	fake_loop_run(it.loop, 0);
	check_str(buf_str(&it.told), "");
}

static void happen(enum fault fault)
{
	switch (fault) {
	case FAULT_NONE:
		break;
	case FAULT_PULLED:
		fake_gone(it.fake);
		break;
	case FAULT_STALL:
		fake_refuse(it.fake, ERR_DEVICE_PROTOCOL);
		break;
	case FAULT_BROKEN:
		fake_refuse(it.fake, ERR_IO);
		break;
	case FAULT_OPENED:
		it.fake->state = PRINTER_HEAD_OPEN;
		break;
	case FAULT_HOLDS:
		it.fake->remaining = 1;
		break;
	case FAULT_SILENT:
		for (unsigned q = 0; q < PRINTER_QUERIES; q++)
			it.fake->silent[q] = true;
		break;
	case FAULT_NO_COUNTER:
		it.fake->silent[PRINTER_QUERY_COUNTER] = true;
		break;
	case FAULT_JUMP:
		it.fake->counter += 2;
		break;
	case FAULT_PROOF:
		it.fake->counter++;
		break;
	}
}

/* The last result that was told, without its counter. */
static void check_end(const char *end)
{
	static const char *const words[] = { "sent", "printed", "failed", "unknown" };
	const char *last = NULL;
	const char *found = "";

	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		for (const char *at = buf_str(&it.told); (at = strstr(at, words[i])); at++) {
			if (at <= last)
				continue;
			last = at;
			found = words[i];
		}
	}
	check_str(found, end);
}

static bool is_failed(size_t row)
{
	return strcmp(ends[row].end, "failed") == 0;
}

static void test_every_end_of_a_label_is_as_the_table_says(void)
{
	for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
		check_row(ends[i].name);
		begin();
		it.proof = (struct ledger_proof) {
			.is_needed = ends[i].was_tried,
			.has_counter = true,
			.counter = 100,
		};
		print();
		bring_to(ends[i].until);
		if (ends[i].taken > 0)
			fake_take(it.fake, ends[i].taken);
		it.fake->taken_late = ends[i].taken_late;
		happen(ends[i].fault);
		fake_loop_run(it.loop, ends[i].until == UNTIL_SENT ? PRINTER_SETTLE_MS + 1000
								   : PRINTER_PROGRESS_MS);
		check_end(ends[i].end);
		check_contains(it.why.message, ends[i].message);
		/* the one that nobody looks for has not left a byte of itself anywhere */
		check(!is_failed(i) || !strstr(buf_str(&it.fake->seen), "label"));
		check_int(strstr(it.why.hint, "nothing was sent") != NULL, is_failed(i));
		end();
	}
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_every_end_of_a_label_is_as_the_table_says),
	};
	return check_run("daemon/bench/printer_ends", tests, ARRAY_LEN(tests));
}
