/* What is checked alike of how every language reads a printer's answers (printer_driver.read). */
#ifndef SPECIMEND_TESTS_PRINTERS_LANG_ANSWERS_H
#define SPECIMEND_TESTS_PRINTERS_LANG_ANSWERS_H

#include "printers/lang/driver.h"

struct answer {
	const char *name;
	const char *reply;
	enum printer_reading reading;
	enum printer_query query;
};

/* Each reply is read as its row says, and leaves the status alone unless it is an answer. */
void check_answers(const struct printer_driver *driver, const struct answer *rows, size_t count);

struct answer_meaning {
	struct bytes reply; /* to PRINTER_QUERY_HOST */
	unsigned state;
	bool is_busy; /* and so not idle */
	uint32_t error_bits;
	uint32_t warning_bits;
	const char *name; /* NULL: the reply in hexadecimal */
};

/* Each reply, alone, means what its row says. */
void check_meanings(
	const struct printer_driver *driver, const struct answer_meaning *rows, size_t count);

/* Nothing, and reply (a good answer to HOST) to questions that the language has not, is no answer:
 * the printer stays silent and not idle. */
void check_silence(const struct printer_driver *driver, struct bytes reply);

/* PRINTER_REPLY_MAX times this byte is waited through, once more is too much. */
void check_endless(const struct printer_driver *driver, enum printer_query query, uint8_t byte);

#endif
