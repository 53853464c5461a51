/* daemon/bench/ledger: no print job is taken twice. */
#include "daemon/bench/ledger.h"

#include "tests/check.h"

static void test_a_job_is_taken_once(void)
{
	struct ledger *ledger = ledger_new();
	struct ledger_proof proof = { .is_needed = true };
	struct err err = { 0 };

	check_ok(ledger_check(ledger, 5, 11, &proof, &err), &err);
	check(!proof.is_needed);
	ledger_begin(ledger, 5, 11);
	check(!ledger_check(ledger, 5, 11, &proof, &err));
	check_err(&err, ERR_CONFLICT, "print job 5 is under way");
	ledger_end(ledger, 5, LEDGER_PRINTED);
	check(!ledger_check(ledger, 5, 11, &proof, &err));
	check_err(&err, ERR_CONFLICT, "print job 5 was printed");
	check_ok(ledger_check(ledger, 6, 11, &proof, &err), &err);
	ledger_free(ledger);
}

static void test_a_job_that_failed_may_be_taken_anywhere(void)
{
	struct ledger *ledger = ledger_new();
	struct ledger_proof proof = { .is_needed = true };
	struct err err = { 0 };

	ledger_begin(ledger, 5, 11);
	ledger_end(ledger, 5, LEDGER_FAILED);
	check_ok(ledger_check(ledger, 5, 12, &proof, &err), &err);
	check(!proof.is_needed);
	ledger_free(ledger);
}

static void test_an_unknown_job_needs_the_counter_of_its_own_printer(void)
{
	struct ledger *ledger = ledger_new();
	struct ledger_proof proof = { 0 };
	struct err err = { 0 };

	ledger_begin(ledger, 5, 11);
	ledger_set_counter(ledger, 5, true, 1000);
	ledger_end(ledger, 5, LEDGER_UNKNOWN);
	check(!ledger_check(ledger, 5, 12, &proof, &err));
	check_err(&err, ERR_CONFLICT, "may have been printed elsewhere");
	check_ok(ledger_check(ledger, 5, 11, &proof, &err), &err);
	check(proof.is_needed);
	check(proof.has_counter);
	check_int(proof.counter, 1000);
	ledger_free(ledger);
}

static void test_a_printer_that_left_proves_no_job_any_more(void)
{
	struct ledger *ledger = ledger_new();
	struct ledger_proof proof = { 0 };
	struct err err = { 0 };

	for (int64_t job = 5; job <= 6; job++) {
		ledger_begin(ledger, job, job + 6);
		ledger_set_counter(ledger, job, true, 1000);
		ledger_end(ledger, job, LEDGER_UNKNOWN);
	}
	ledger_void(ledger, 11);
	check_ok(ledger_check(ledger, 5, 11, &proof, &err), &err);
	check(proof.is_needed && !proof.has_counter);
	check_ok(ledger_check(ledger, 6, 12, &proof, &err), &err);
	check(proof.is_needed && proof.has_counter);
	ledger_free(ledger);
}

static void test_the_oldest_ended_job_is_forgotten_first(void)
{
	struct ledger *ledger = ledger_new();
	struct ledger_proof proof;
	struct err err = { 0 };

	for (int64_t job = 1; job <= LEDGER_MAX; job++)
		ledger_begin(ledger, job, 11);
	for (int64_t job = 2; job <= LEDGER_MAX; job++)
		ledger_end(ledger, job, LEDGER_PRINTED);
	ledger_begin(ledger, LEDGER_MAX + 1, 11);
	check(!ledger_check(ledger, 1, 11, &proof, &err));
	check_err(&err, ERR_CONFLICT, "under way");
	check_ok(ledger_check(ledger, 2, 11, &proof, &err), &err);
	check(!ledger_check(ledger, 3, 11, &proof, &err));
	check(!ledger_check(ledger, LEDGER_MAX + 1, 11, &proof, &err));
	ledger_free(ledger);
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_a_job_is_taken_once),
		CHECK_TEST(test_a_job_that_failed_may_be_taken_anywhere),
		CHECK_TEST(test_an_unknown_job_needs_the_counter_of_its_own_printer),
		CHECK_TEST(test_a_printer_that_left_proves_no_job_any_more),
		CHECK_TEST(test_the_oldest_ended_job_is_forgotten_first),
	};
	return check_run("daemon/bench/ledger", tests, ARRAY_LEN(tests));
}
