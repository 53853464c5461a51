/* A scanner made of a queue of reports. */
#include "daemon/bench/virtual_scanner.h"

#include <assert.h>
#include <stdlib.h>

#include "daemon/base/buf.h"
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "scanners/plain.h"

struct virtual_scanner {
	struct transport_port port;
	struct loop *loop;
	struct buf reports; /* whole reports, not delivered yet */
	bool is_reading;
	bool is_writing;
	char *heard[VIRTUAL_SCANNER_HEARD_MAX]; /* newest first */
	struct loop_handle *here;
	struct loop_handle *delivering;
	struct loop_handle *told;
};

static struct virtual_scanner *scanner_of(struct transport_port *port)
{
	return (struct virtual_scanner *)(void *)port;
}

static void deliver(void *arg);

static void deliver_more(struct virtual_scanner *scanner)
{
	if (scanner->is_reading && scanner->reports.len > 0 && !scanner->delivering)
		scanner->delivering = loop_defer(scanner->loop, deliver, scanner);
}

static void deliver(void *arg)
{
	struct virtual_scanner *scanner = arg;
	uint8_t report[PLAIN_REPORT_LEN];

	scanner->delivering = NULL;
	if (!scanner->is_reading)
		return;
	memcpy(report, scanner->reports.data, sizeof(report));
	buf_drop(&scanner->reports, sizeof(report));
	deliver_more(scanner);
	scanner->port.events->received(scanner->port.arg, bytes_of(report, sizeof(report)));
}

static void tell_here(void *arg)
{
	struct virtual_scanner *scanner = arg;

	scanner->here = NULL;
	scanner->port.events->here(scanner->port.arg, (struct bytes) { 0 });
}

static struct transport_port *virtual_open(const struct transport_setup *setup, struct err *err)
{
	struct virtual_scanner *scanner = xcalloc(1, sizeof(*scanner));

	(void)err; /* cannot fail */
	scanner->port = (struct transport_port) {
		.transport = &transport_virtual_scanner,
		.events = setup->events,
		.arg = setup->arg,
	};
	scanner->loop = setup->loop;
	scanner->here = loop_defer(setup->loop, tell_here, scanner);
	return &scanner->port;
}

static void heard_add(struct virtual_scanner *scanner, struct bytes bytes)
{
	free(scanner->heard[VIRTUAL_SCANNER_HEARD_MAX - 1]);
	memmove(scanner->heard + 1, scanner->heard,
		(VIRTUAL_SCANNER_HEARD_MAX - 1) * sizeof(*scanner->heard));
	while (bytes.len > 0 && bytes.data[bytes.len - 1] == '\n')
		bytes.len--;
	scanner->heard[0] = xstrndup((const char *)bytes.data, bytes.len);
}

static void tell_written(void *arg)
{
	struct virtual_scanner *scanner = arg;

	scanner->told = NULL;
	scanner->is_writing = false;
	scanner->port.events->written_all(scanner->port.arg);
}

static void tell_cut(void *arg)
{
	struct virtual_scanner *scanner = arg;

	scanner->told = NULL;
	scanner->is_writing = false;
	scanner->port.events->cut(scanner->port.arg, NULL);
}

static void virtual_write(struct transport_port *port, struct bytes bytes)
{
	struct virtual_scanner *scanner = scanner_of(port);

	assert(!scanner->is_writing);
	scanner->is_writing = true;
	heard_add(scanner, bytes);
	scanner->told = loop_defer(scanner->loop, tell_written, scanner);
}

static void virtual_write_cancel(struct transport_port *port)
{
	struct virtual_scanner *scanner = scanner_of(port);

	if (!scanner->is_writing)
		return;
	loop_remove(scanner->told);
	scanner->told = loop_defer(scanner->loop, tell_cut, scanner);
}

static void virtual_set_reading(struct transport_port *port, bool reading)
{
	struct virtual_scanner *scanner = scanner_of(port);

	if (reading && !scanner->is_reading)
		buf_reset(&scanner->reports);
	scanner->is_reading = reading;
}

static void virtual_close(struct transport_port *port)
{
	if (!port)
		return;
	struct virtual_scanner *scanner = scanner_of(port);

	loop_remove(scanner->here);
	loop_remove(scanner->delivering);
	loop_remove(scanner->told);
	for (size_t i = 0; i < VIRTUAL_SCANNER_HEARD_MAX; i++)
		free(scanner->heard[i]);
	buf_done(&scanner->reports);
	free(scanner);
}

const struct transport transport_virtual_scanner = {
	.name = "virtual",
	.open = virtual_open,
	.write = virtual_write,
	.write_cancel = virtual_write_cancel,
	.set_reading = virtual_set_reading,
	.close = virtual_close,
};

bool virtual_scanner_read(struct transport_port *port, const struct scan *scan, struct err *err)
{
	struct virtual_scanner *scanner = scanner_of(port);

	if (scanner->reports.len > VIRTUAL_SCANNER_WAITING_MAX)
		return err_set(
			err, ERR_BUSY, "the virtual scanner has not delivered the last scans yet");
	if (!plain_encode(scan, &scanner->reports, err))
		return false;
	deliver_more(scanner);
	return true;
}

const char *virtual_scanner_heard(const struct transport_port *port, size_t index)
{
	const struct virtual_scanner *scanner = (const struct virtual_scanner *)(const void *)port;

	return index < VIRTUAL_SCANNER_HEARD_MAX ? scanner->heard[index] : NULL;
}
