/* daemon/custody/ledger: what verifies, what is pending, and every way of breaking it (RG-07,
 * promise 7). */
#include "daemon/custody/ledger.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <sodium.h>

#include "daemon/base/buf.h"
#include "daemon/base/xalloc.h"
#include "daemon/custody/merkle.h"
#include "tests/check.h"

#define NODE_CLINIC 101
#define NODE_LAB 1
#define EVENT_COUNT 6

/* Six events of one specimen: four by the clinic, two by the lab, tied together by their links. */
struct fixture {
	struct custody_event events[EVENT_COUNT];
	struct custody_seal seals[3]; /* clinic 1, clinic 2, lab 1 */
	uint8_t public_key[SEAL_KEY_BYTES];
	uint8_t secret_key[crypto_sign_SECRETKEYBYTES];
};

static const struct row {
	int64_t node;
	int64_t n;
	int64_t seq;
	int after[2]; /* events linked to, in order of node; -1 none */
} rows[EVENT_COUNT] = {
	{ NODE_CLINIC, 1, 1, { -1, -1 } },
	{ NODE_CLINIC, 2, 2, { 0, -1 } },
	{ NODE_LAB, 1, 7, { 1, -1 } },
	{ NODE_CLINIC, 3, 3, { 1, -1 } }, /* wrote at the same time as the lab */
	{ NODE_LAB, 2, 8, { 2, 3 } },
	{ NODE_CLINIC, 4, 4, { 4, 3 } },
};

static char *after_text(const struct fixture *f, const struct row *row)
{
	struct buf text = { 0 };

	for (size_t i = 0; i < ARRAY_LEN(row->after); i++) {
		if (row->after[i] < 0)
			continue;
		const struct custody_event *to = &f->events[row->after[i]];
		char hex[2 * CUSTODY_HASH_BYTES + 1];

		sodium_bin2hex(hex, sizeof(hex), to->hash.bytes, CUSTODY_HASH_BYTES);
		buf_addf(&text, "%s%" PRId64 ":%" PRId64 ":%s", text.len ? "," : "",
			custody_event_node(to), to->n, hex);
	}
	return buf_take_str(&text);
}

static void seal_sign(struct fixture *f, struct custody_seal *seal)
{
	AUTO_BUF bytes = { 0 };

	seal_bytes(seal, &bytes);
	memcpy(seal->public_key, f->public_key, SEAL_KEY_BYTES);
	crypto_sign_detached(seal->signature, NULL, bytes.data, bytes.len, f->secret_key);
}

static struct custody_seal seal_over(struct fixture *f, int64_t no, const int *events, size_t count)
{
	struct custody_hash hashes[EVENT_COUNT];

	for (size_t i = 0; i < count; i++)
		hashes[i] = f->events[events[i]].hash;
	const struct custody_event *first = &f->events[events[0]];

	return (struct custody_seal) {
		.node = custody_event_node(first),
		.home = first->home,
		.lab = first->lab,
		.no = no,
		.from_id = first->event_id,
		.to_id = f->events[events[count - 1]].event_id,
		.count = (int64_t)count,
		.root = merkle_root(hashes, count),
	};
}

static void fixture_init(struct fixture *f)
{
	static const uint8_t seed[crypto_sign_SEEDBYTES] = { 7 };

	*f = (struct fixture) { 0 };
	crypto_sign_seed_keypair(f->public_key, f->secret_key, seed);
	for (size_t i = 0; i < EVENT_COUNT; i++) {
		f->events[i] = (struct custody_event) {
			.event_id = rows[i].node << 40 | rows[i].seq,
			.subject = xstrdup("101000000156"),
			.home = NODE_CLINIC,
			.lab = NODE_LAB,
			.n = rows[i].n,
			.kind = xstrdup("scanned"),
			.occurred_at_us = 1700000000000000,
			.recorded_at_us = 1700000000000001,
			.operator_id_null = true,
			.station_id = 5,
			.after = after_text(f, &rows[i]),
			.body = xstrdup("{\"no\": 1}"),
		};
		f->events[i].hash = custody_event_hash(&f->events[i]);
	}
	f->seals[0] = seal_over(f, 1, (int[]) { 0, 1 }, 2);
	f->seals[1] = seal_over(f, 2, (int[]) { 3, 5 }, 2);
	f->seals[1].prev_hash = seal_hash(&f->seals[0]);
	f->seals[2] = seal_over(f, 1, (int[]) { 2, 4 }, 2);
	for (size_t i = 0; i < ARRAY_LEN(f->seals); i++)
		seal_sign(f, &f->seals[i]);
}

static char findings[4096];

static void keep_all(void *ctx, int64_t event_id, const char *where, const char *why)
{
	size_t used = strlen(findings);

	(void)ctx;
	(void)snprintf(findings + used, sizeof(findings) - used, "%" PRId64 " %s: %s\n", event_id,
		where, why);
}

/* Verifies all of the fixture but the event and the seal with these numbers (-1: none left out). */
static struct ledger_report verify(
	struct fixture *f, int without_event, int without_seal, int64_t own_node)
{
	struct ledger *ledger = ledger_new();
	struct ledger_report report;

	findings[0] = 0;
	for (int i = EVENT_COUNT - 1; i >= 0; i--) { /* order of arrival does not matter */
		if (i == without_event)
			custody_event_done(&f->events[i]);
		else
			ledger_give_event(ledger, &f->events[i]);
	}
	for (int i = (int)ARRAY_LEN(f->seals) - 1; i >= 0; i--) {
		if (i != without_seal)
			ledger_add_seal(ledger, &f->seals[i]);
	}
	ledger_verify(ledger, own_node, keep_all, NULL, &report);
	ledger_free(ledger);
	return report;
}

static void test_two_nodes_events_and_seals_are_intact(void)
{
	struct fixture f;

	fixture_init(&f);
	struct ledger_report report = verify(&f, -1, -1, NODE_CLINIC);

	check_str(ledger_state_name(report.state), "intact");
	check_str(findings, "");
	check_int(report.events, EVENT_COUNT);
	check_int(report.subjects, 1);
	check_int(report.seals, 3);
}

static void test_what_has_not_arrived_is_pending_not_broken(void)
{
	static const struct {
		const char *row;
		int without_event;
		int without_seal;
		size_t links;
		size_t seals;
		size_t unsealed;
	} cases[] = {
		{ "the lab's first event is on its way", 2, -1, 1, 1, 0 },
		{ "the lab's last event is on its way", 4, -1, 1, 1, 0 },
		{ "the lab's seal is on its way", -1, 2, 0, 0, 2 },
		{ "our own last seal is not made yet", -1, 1, 0, 0, 2 },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct fixture f;

		check_row(cases[i].row);
		fixture_init(&f);
		struct ledger_report report =
			verify(&f, cases[i].without_event, cases[i].without_seal, NODE_CLINIC);

		check_str(ledger_state_name(report.state), "pending");
		check_int(report.findings, 0);
		check(report.links_pending >= cases[i].links);
		check_int(report.seals_pending, cases[i].seals);
		check_int(report.events_unsealed, cases[i].unsealed);
	}
}

static void edit_body(struct fixture *f)
{
	f->events[1].body[1] = 'X';
}

static void edit_body_and_hash(struct fixture *f)
{
	edit_body(f);
	f->events[1].hash = custody_event_hash(&f->events[1]);
}

/* The very last event: no link protects it, only the seal. */
static void edit_last_and_hash(struct fixture *f)
{
	f->events[5].moves = true;
	f->events[5].hash = custody_event_hash(&f->events[5]);
}

static void edit_number(struct fixture *f)
{
	f->events[5].n = 3;
	f->events[5].hash = custody_event_hash(&f->events[5]);
}

static void drop_link(struct fixture *f)
{
	f->events[5].after[0] = 0;
	f->events[5].hash = custody_event_hash(&f->events[5]);
}

static void edit_root(struct fixture *f)
{
	f->seals[1].root.bytes[0] ^= 1;
	seal_sign(f, &f->seals[1]);
}

static void edit_signature(struct fixture *f)
{
	f->seals[1].signature[5] ^= 1;
}

static void edit_count(struct fixture *f)
{
	f->seals[0].count = 1;
	seal_sign(f, &f->seals[0]);
	f->seals[1].prev_hash = seal_hash(&f->seals[0]);
	seal_sign(f, &f->seals[1]);
}

static void edit_prev(struct fixture *f)
{
	f->seals[1].prev_hash.bytes[3] ^= 1;
	seal_sign(f, &f->seals[1]);
}

static void other_key(struct fixture *f)
{
	static const uint8_t seed[crypto_sign_SEEDBYTES] = { 8 };

	crypto_sign_seed_keypair(f->public_key, f->secret_key, seed);
	seal_sign(f, &f->seals[1]);
}

static void test_every_alteration_is_found(void)
{
	static const struct {
		const char *row;
		void (*alter)(struct fixture *);
		const char *why;
	} cases[] = {
		{ "body", edit_body, "its hash does not fit what it says" },
		{ "body with a new hash", edit_body_and_hash, "its link does not fit" },
		{ "last event with a new hash", edit_last_and_hash,
			"its root does not fit the events" },
		{ "number", edit_number, "two events have this number" },
		{ "link", drop_link, "does not follow its node's event before" },
		{ "root", edit_root, "its root does not fit" },
		{ "signature", edit_signature, "its signature does not fit" },
		{ "count", edit_count, "an event was added after it was sealed" },
		{ "previous seal", edit_prev, "does not follow the seal before" },
		{ "key", other_key, "signed with another key" },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct fixture f;

		check_row(cases[i].row);
		fixture_init(&f);
		cases[i].alter(&f);
		struct ledger_report report = verify(&f, -1, -1, NODE_CLINIC);

		check_str(ledger_state_name(report.state), "broken");
		check_contains(findings, cases[i].why);
	}
}

static void test_own_event_or_seal_that_is_gone_is_broken(void)
{
	static const struct {
		const char *row;
		int without_event;
		int without_seal;
		const char *why;
	} cases[] = {
		{ "first event", 0, -1, "the event before it is missing" },
		{ "event in the middle", 3, -1, "the event before it is missing" },
		{ "last event, sealed", 5, -1, "an event that it sealed is missing" },
		{ "first seal", -1, 0, "the seal before it is missing" },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct fixture f;

		check_row(cases[i].row);
		fixture_init(&f);
		struct ledger_report report =
			verify(&f, cases[i].without_event, cases[i].without_seal, NODE_CLINIC);

		check_str(ledger_state_name(report.state), "broken");
		check_contains(findings, cases[i].why);
	}
}

static void test_only_the_trusted_key_is_believed(void)
{
	struct fixture f;
	static const uint8_t other[SEAL_KEY_BYTES] = { 1 };
	struct ledger *ledger = ledger_new();
	struct ledger_report report;

	fixture_init(&f);
	for (size_t i = 0; i < EVENT_COUNT; i++)
		ledger_give_event(ledger, &f.events[i]);
	ledger_add_seal(ledger, &f.seals[0]);
	ledger_trust(ledger, NODE_CLINIC, other);
	findings[0] = 0;
	ledger_verify(ledger, NODE_CLINIC, keep_all, NULL, &report);
	check_contains(findings, "signed with another key");
	ledger_free(ledger);
}

static void test_nothing_at_all_is_intact(void)
{
	struct ledger *ledger = ledger_new();
	struct ledger_report report;

	ledger_verify(ledger, NODE_CLINIC, keep_all, NULL, &report);
	check_str(ledger_state_name(report.state), "intact");
	check_int(report.events, 0);
	ledger_free(ledger);
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_two_nodes_events_and_seals_are_intact),
		CHECK_TEST(test_what_has_not_arrived_is_pending_not_broken),
		CHECK_TEST(test_every_alteration_is_found),
		CHECK_TEST(test_own_event_or_seal_that_is_gone_is_broken),
		CHECK_TEST(test_only_the_trusted_key_is_believed),
		CHECK_TEST(test_nothing_at_all_is_intact),
	};

	if (sodium_init() < 0)
		return 99;
	return check_run("custody/ledger", tests, ARRAY_LEN(tests));
}
