/* Answers of every language's printers. */
#include "tests/printers/lang/answers.h"

#include "daemon/base/str.h"
#include "tests/check.h"

void check_answers(const struct printer_driver *driver, const struct answer *rows, size_t count)
{
	static const struct printer_status untouched;

	for (size_t i = 0; i < count; i++) {
		struct printer_status status = { 0 };

		check_row(rows[i].name);
		check_int(driver->read(rows[i].query, bytes_of_str(rows[i].reply), &status),
			rows[i].reading);
		if (rows[i].reading != PRINTER_READING_DONE)
			check(memcmp(&status, &untouched, sizeof(status)) == 0);
	}
}

void check_meanings(
	const struct printer_driver *driver, const struct answer_meaning *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		AUTO_BUF hex = { 0 };
		struct printer_status status = { 0 };

		hex_encode(rows[i].reply, &hex);
		check_row(rows[i].name ? rows[i].name : buf_str(&hex));
		check_int(driver->read(PRINTER_QUERY_HOST, rows[i].reply, &status),
			PRINTER_READING_DONE);
		check(status.answered[PRINTER_QUERY_HOST]);
		check_int(printer_status_state(driver, &status), rows[i].state);
		check_int(status.is_busy, rows[i].is_busy);
		check_int(printer_status_is_idle(&status), !rows[i].is_busy);
		check_int(status.error_bits, rows[i].error_bits);
		check_int(status.warning_bits, rows[i].warning_bits);
		check_row(NULL);
	}
}

void check_silence(const struct printer_driver *driver, struct bytes reply)
{
	struct printer_status status = { 0 };

	check_int(
		driver->read(PRINTER_QUERY_HOST, bytes_of(NULL, 0), &status), PRINTER_READING_MORE);
	for (unsigned query = 0; query < PRINTER_QUERIES; query++) {
		if (driver->query[query].len == 0)
			check_int(driver->read((enum printer_query)query, reply, &status),
				PRINTER_READING_BAD);
	}
	check_int(printer_status_state(driver, &status), PRINTER_SILENT);
	check(!printer_status_is_idle(&status));
}

void check_endless(const struct printer_driver *driver, enum printer_query query, uint8_t byte)
{
	AUTO_BUF noise = { 0 };
	struct printer_status status = { 0 };

	memset(buf_grow(&noise, PRINTER_REPLY_MAX), byte, PRINTER_REPLY_MAX);
	check_int(driver->read(query, buf_bytes(&noise), &status), PRINTER_READING_MORE);
	buf_add_byte(&noise, byte);
	check_int(driver->read(query, buf_bytes(&noise), &status), PRINTER_READING_BAD);
}
