/* A ring of the last jobs. */
#include "daemon/bench/ledger.h"

#include <assert.h>
#include <stdlib.h>

#include "daemon/base/xalloc.h"

struct entry {
	int64_t job;
	int64_t device_id;
	bool is_open;
	enum ledger_end end; /* when not open */
	bool has_counter;
	uint64_t counter;
};

struct ledger {
	struct entry entries[LEDGER_MAX];
	size_t count;
	size_t next; /* where the next one goes when it is full: the oldest */
};

struct ledger *ledger_new(void)
{
	return xcalloc(1, sizeof(struct ledger));
}

void ledger_free(struct ledger *ledger)
{
	free(ledger);
}

/* Index of the job, or LEDGER_MAX. */
static size_t entry_find(const struct ledger *ledger, int64_t job)
{
	for (size_t i = 0; i < ledger->count; i++) {
		if (ledger->entries[i].job == job)
			return i;
	}
	return LEDGER_MAX;
}

bool ledger_check(const struct ledger *ledger, int64_t job, int64_t device_id,
	struct ledger_proof *out, struct err *err)
{
	size_t at = entry_find(ledger, job);
	struct ledger_proof proof = { 0 };

	if (at < LEDGER_MAX) {
		const struct entry *entry = &ledger->entries[at];

		if (entry->is_open)
			return err_set(
				err, ERR_CONFLICT, "print job %lld is under way", (long long)job);
		if (entry->end == LEDGER_PRINTED)
			return err_set(
				err, ERR_CONFLICT, "print job %lld was printed", (long long)job);
		if (entry->end == LEDGER_UNKNOWN && entry->device_id != device_id)
			return err_set(err, ERR_CONFLICT,
				"print job %lld may have been printed elsewhere", (long long)job);
		proof = (struct ledger_proof) {
			.is_needed = entry->end == LEDGER_UNKNOWN,
			.has_counter = entry->has_counter,
			.counter = entry->counter,
		};
	}
	*out = proof;
	return true;
}

/* The place for a new entry. There are far fewer printers than places, so one is always ended. */
static struct entry *entry_place(struct ledger *ledger)
{
	if (ledger->count < LEDGER_MAX)
		return &ledger->entries[ledger->count++];
	for (;;) {
		struct entry *oldest = &ledger->entries[ledger->next];

		ledger->next = (ledger->next + 1) % LEDGER_MAX;
		if (!oldest->is_open)
			return oldest;
	}
}

void ledger_begin(struct ledger *ledger, int64_t job, int64_t device_id)
{
	size_t at = entry_find(ledger, job);
	struct entry *entry = at == LEDGER_MAX ? entry_place(ledger) : &ledger->entries[at];

	*entry = (struct entry) { .job = job, .device_id = device_id, .is_open = true };
}

static struct entry *entry_open(struct ledger *ledger, int64_t job)
{
	size_t at = entry_find(ledger, job);

	assert(at < LEDGER_MAX && ledger->entries[at].is_open);
	return &ledger->entries[at];
}

void ledger_set_counter(struct ledger *ledger, int64_t job, bool has_counter, uint64_t counter)
{
	struct entry *entry = entry_open(ledger, job);

	entry->has_counter = has_counter;
	entry->counter = counter;
}

void ledger_void(struct ledger *ledger, int64_t device_id)
{
	for (size_t i = 0; i < ledger->count; i++) {
		if (ledger->entries[i].device_id == device_id)
			ledger->entries[i].has_counter = false;
	}
}

void ledger_end(struct ledger *ledger, int64_t job, enum ledger_end end)
{
	struct entry *entry = entry_open(ledger, job);

	entry->is_open = false;
	entry->end = end;
}
