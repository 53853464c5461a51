/* Verifying a set of events and seals as a whole. */
#include "daemon/custody/ledger.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "daemon/custody/merkle.h"

#define WHERE_MAX 120

struct key {
	int64_t node;
	uint8_t bytes[SEAL_KEY_BYTES];
};

struct ledger {
	struct custody_event *events;
	size_t event_count;
	struct custody_seal *seals;
	size_t seal_count;
	struct key *keys;
	size_t key_count;
};

struct check {
	struct ledger *ledger;
	int64_t own_node;
	ledger_finding_fn finding;
	void *ctx;
	struct ledger_report report;
};

static const char *const state_names[] = {
	[LEDGER_INTACT] = "intact",
	[LEDGER_PENDING] = "pending",
	[LEDGER_BROKEN] = "broken",
};

const char *ledger_state_name(enum ledger_state state)
{
	return state_names[state];
}

struct ledger *ledger_new(void)
{
	return xcalloc(1, sizeof(struct ledger));
}

void ledger_free(struct ledger *ledger)
{
	if (!ledger)
		return;
	for (size_t i = 0; i < ledger->event_count; i++)
		custody_event_done(&ledger->events[i]);
	free(ledger->events);
	free(ledger->seals);
	free(ledger->keys);
	free(ledger);
}

/* Room for one more in an array that doubles at powers of two. */
static void *grown(void *items, size_t count, size_t size)
{
	if (count & (count - 1))
		return items;
	return xrealloc(items, (count ? 2 * count : 1) * size);
}

void ledger_give_event(struct ledger *ledger, struct custody_event *event)
{
	ledger->events = grown(ledger->events, ledger->event_count, sizeof(*event));
	ledger->events[ledger->event_count++] = *event;
	*event = (struct custody_event) { 0 };
}

void ledger_add_seal(struct ledger *ledger, const struct custody_seal *seal)
{
	ledger->seals = grown(ledger->seals, ledger->seal_count, sizeof(*seal));
	ledger->seals[ledger->seal_count++] = *seal;
}

void ledger_trust(struct ledger *ledger, int64_t node, const uint8_t key[SEAL_KEY_BYTES])
{
	ledger->keys = grown(ledger->keys, ledger->key_count, sizeof(*ledger->keys));
	struct key *added = &ledger->keys[ledger->key_count++];

	added->node = node;
	memcpy(added->bytes, key, SEAL_KEY_BYTES);
}

static void broken(struct check *check, int64_t event_id, const char *where, const char *why)
{
	check->report.findings++;
	check->finding(check->ctx, event_id, where, why);
}

/* ---- chains: by subject, node, n ---- */

static int compare_numbers(int64_t a, int64_t b)
{
	return a < b ? -1 : a > b;
}

static int compare_place(
	const struct custody_event *a, const char *subject, int64_t node, int64_t n)
{
	int order = strcmp(a->subject, subject);

	if (order == 0)
		order = compare_numbers(custody_event_node(a), node);
	return order ? order : compare_numbers(a->n, n);
}

static int compare_events(const void *left, const void *right)
{
	const struct custody_event *b = right;
	int order = compare_place(left, b->subject, custody_event_node(b), b->n);

	return order ? order
		     : compare_numbers(((const struct custody_event *)left)->event_id, b->event_id);
}

static const struct custody_event *find_event(
	const struct ledger *ledger, const char *subject, int64_t node, int64_t n)
{
	size_t low = 0;
	size_t high = ledger->event_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = compare_place(&ledger->events[middle], subject, node, n);

		if (order == 0)
			return &ledger->events[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

static void check_link(
	struct check *check, const struct custody_event *event, const struct custody_link *link)
{
	const struct custody_event *target =
		find_event(check->ledger, event->subject, link->node, link->n);

	if (!target)
		check->report.links_pending++;
	else if (!custody_hash_equal(&target->hash, &link->hash))
		broken(check, event->event_id, event->subject,
			"its link does not fit the event it names");
}

static void check_links(struct check *check, const struct custody_event *event)
{
	struct custody_link links[CUSTODY_LINKS_MAX];
	size_t count;
	struct err err = { 0 };
	int64_t own_n = 0;

	if (!custody_after_parse(event->after, links, ARRAY_LEN(links), &count, &err)) {
		broken(check, event->event_id, event->subject, err.message);
		return;
	}
	for (size_t i = 0; i < count; i++) {
		if (links[i].node == custody_event_node(event))
			own_n = links[i].n;
		check_link(check, event, &links[i]);
	}
	if (own_n != event->n - 1)
		broken(check, event->event_id, event->subject,
			"it does not follow its node's event before");
}

/* previous: the event before in the order of chains, or NULL. */
static void check_place(struct check *check, const struct custody_event *event,
	const struct custody_event *previous)
{
	bool same_chain = previous && str_equal(previous->subject, event->subject) &&
			  custody_event_node(previous) == custody_event_node(event);
	int64_t expected = same_chain ? previous->n + 1 : 1;

	if (same_chain && previous->n == event->n)
		broken(check, event->event_id, event->subject, "two events have this number");
	else if (event->n < 1)
		broken(check, event->event_id, event->subject, "its number is not from 1 on");
	else if (event->n > expected && custody_event_node(event) == check->own_node)
		broken(check, event->event_id, event->subject, "the event before it is missing");
}

static void check_events(struct check *check)
{
	struct ledger *ledger = check->ledger;

	if (ledger->event_count > 0)
		qsort(ledger->events, ledger->event_count, sizeof(*ledger->events), compare_events);
	for (size_t i = 0; i < ledger->event_count; i++) {
		const struct custody_event *event = &ledger->events[i];
		const struct custody_event *previous = i > 0 ? event - 1 : NULL;
		struct custody_hash hash = custody_event_hash(event);

		if (!custody_hash_equal(&hash, &event->hash))
			broken(check, event->event_id, event->subject,
				"its hash does not fit what it says");
		if (!previous || !str_equal(previous->subject, event->subject))
			check->report.subjects++;
		check_place(check, event, previous);
		check_links(check, event);
	}
}

/* ---- seals: by node, home, lab, no; events then by node, home, lab, id ---- */

static int compare_seals(const void *left, const void *right)
{
	const struct custody_seal *a = left;
	const struct custody_seal *b = right;
	int order = compare_numbers(a->node, b->node);

	order = order ? order : compare_numbers(a->home, b->home);
	order = order ? order : compare_numbers(a->lab, b->lab);
	return order ? order : compare_numbers(a->no, b->no);
}

static bool same_audience(const struct custody_seal *a, const struct custody_seal *b)
{
	return a->node == b->node && a->home == b->home && a->lab == b->lab;
}

static int compare_for_seals(const void *left, const void *right)
{
	const struct custody_event *a = *(const struct custody_event *const *)left;
	const struct custody_event *b = *(const struct custody_event *const *)right;
	int order = compare_numbers(custody_event_node(a), custody_event_node(b));

	order = order ? order : compare_numbers(a->home, b->home);
	order = order ? order : compare_numbers(a->lab, b->lab);
	return order ? order : compare_numbers(a->event_id, b->event_id);
}

static int compare_event_to_seal(
	const struct custody_event *event, const struct custody_seal *seal, int64_t event_id)
{
	int order = compare_numbers(custody_event_node(event), seal->node);

	order = order ? order : compare_numbers(event->home, seal->home);
	order = order ? order : compare_numbers(event->lab, seal->lab);
	return order ? order : compare_numbers(event->event_id, event_id);
}

/* The first of the sorted events that is not before event_id in the seal's audience. */
static size_t first_from(const struct custody_event **sorted, size_t count,
	const struct custody_seal *seal, int64_t event_id)
{
	size_t low = 0;
	size_t high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare_event_to_seal(sorted[middle], seal, event_id) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static const struct key *key_of(const struct ledger *ledger, int64_t node)
{
	for (size_t i = 0; i < ledger->key_count; i++) {
		if (ledger->keys[i].node == node)
			return &ledger->keys[i];
	}
	return NULL;
}

static bool key_is_believed(struct ledger *ledger, const struct custody_seal *seal)
{
	const struct key *known = key_of(ledger, seal->node);

	if (!known) {
		ledger_trust(ledger, seal->node, seal->public_key);
		return true;
	}
	return memcmp(known->bytes, seal->public_key, SEAL_KEY_BYTES) == 0;
}

static void check_seal_chain(struct check *check, const struct custody_seal *seal,
	const struct custody_seal *previous, const char *where)
{
	static const struct custody_hash zero;
	struct custody_hash expected = zero;

	if (previous) {
		expected = seal_hash(previous);
		if (seal->no == previous->no)
			broken(check, 0, where, "two seals have this number");
		else if (seal->from_id <= previous->to_id)
			broken(check, 0, where, "it overlaps the seal before");
	}
	bool follows = previous ? seal->no == previous->no + 1 : seal->no == 1;

	if (!follows && seal->node != check->own_node)
		check->report.seals_pending++;
	else if (!follows)
		broken(check, 0, where, "the seal before it is missing");
	else if (!custody_hash_equal(&seal->prev_hash, &expected))
		broken(check, 0, where, "it does not follow the seal before");
}

static void check_seal_root(struct check *check, const struct custody_seal *seal,
	const struct custody_event **sorted, bool *sealed, const char *where)
{
	size_t from = first_from(sorted, check->ledger->event_count, seal, seal->from_id);
	size_t to = first_from(sorted, check->ledger->event_count, seal, seal->to_id + 1);
	size_t count = to > from ? to - from : 0;

	for (size_t i = from; i < to; i++)
		sealed[i] = true;
	if ((int64_t)count < seal->count && seal->node != check->own_node) {
		check->report.seals_pending++;
		return;
	}
	if ((int64_t)count != seal->count) {
		broken(check, 0, where,
			(int64_t)count < seal->count ? "an event that it sealed is missing"
						     : "an event was added after it was sealed");
		return;
	}
	struct custody_hash *hashes = xcalloc(count, sizeof(*hashes));

	for (size_t i = 0; i < count; i++)
		hashes[i] = sorted[from + i]->hash;
	struct custody_hash root = merkle_root(hashes, count);

	free(hashes);
	if (!custody_hash_equal(&root, &seal->root))
		broken(check, 0, where, "its root does not fit the events");
}

/* An event that no seal covers waits for one, unless a later one of its audience is sealed already.
 */
static void check_unsealed(struct check *check, const struct custody_event *event)
{
	for (size_t i = 0; i < check->ledger->seal_count; i++) {
		const struct custody_seal *seal = &check->ledger->seals[i];

		if (compare_event_to_seal(event, seal, event->event_id) == 0 &&
			event->event_id < seal->from_id) {
			broken(check, event->event_id, event->subject,
				"it was added before what is sealed");
			return;
		}
	}
	check->report.events_unsealed++;
}

static void check_seals(struct check *check)
{
	struct ledger *ledger = check->ledger;
	const struct custody_event **sorted =
		xcalloc(ledger->event_count, sizeof(struct custody_event *));
	bool *sealed = xcalloc(ledger->event_count, sizeof(*sealed));

	for (size_t i = 0; i < ledger->event_count; i++)
		sorted[i] = &ledger->events[i];
	if (ledger->event_count > 0)
		qsort(sorted, ledger->event_count, sizeof(struct custody_event *),
			compare_for_seals);
	if (ledger->seal_count > 0)
		qsort(ledger->seals, ledger->seal_count, sizeof(*ledger->seals), compare_seals);
	for (size_t i = 0; i < ledger->seal_count; i++) {
		const struct custody_seal *seal = &ledger->seals[i];
		const struct custody_seal *previous =
			i > 0 && same_audience(seal, seal - 1) ? seal - 1 : NULL;
		char where[WHERE_MAX];

		(void)snprintf(where, sizeof(where),
			"seal %" PRId64 " of node %" PRId64 " for home %" PRId64 ", lab %" PRId64,
			seal->no, seal->node, seal->home,
			seal->lab); /* a cut text is still a place */
		if (!seal_is_signed(seal))
			broken(check, 0, where, "its signature does not fit");
		else if (!key_is_believed(ledger, seal))
			broken(check, 0, where, "it is signed with another key");
		check_seal_chain(check, seal, previous, where);
		check_seal_root(check, seal, sorted, sealed, where);
	}
	for (size_t i = 0; i < ledger->event_count; i++) {
		if (!sealed[i])
			check_unsealed(check, sorted[i]);
	}
	free(sealed);
	free(sorted);
}

void ledger_verify(struct ledger *ledger, int64_t own_node, ledger_finding_fn finding, void *ctx,
	struct ledger_report *out)
{
	struct check check = {
		.ledger = ledger,
		.own_node = own_node,
		.finding = finding,
		.ctx = ctx,
		.report = { .events = ledger->event_count, .seals = ledger->seal_count },
	};

	check_events(&check);
	check_seals(&check);
	if (check.report.findings > 0)
		check.report.state = LEDGER_BROKEN;
	else if (check.report.links_pending + check.report.seals_pending +
			 check.report.events_unsealed >
		 0)
		check.report.state = LEDGER_PENDING;
	*out = check.report;
}
