/*
 * A label printer with an address, for a program in another process: prints the port it listens on
 * to stdout, then obeys lines on stdin until there are no more.
 *
 *     printer LANGUAGE LABEL_MS ANSWER_MS LOG
 *
 *     out_of_labels | ok | paused ...   a mode of fake_printer.h
 *     reset                             the connection is reset
 *     labels?                           how many came out
 *
 * Each line is answered with one: "ok", "ok N", "no". LOG gets "begin MS" and "out MS" of every
 * label: what lies between an "out" and the next "begin" is the gap that a person sees.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/base/clock.h"
#include "daemon/base/str.h"
#include "tests/tcp/raw_printer.h"

struct program {
	struct loop *loop;
	struct raw_printer printer;
};

static void obey(struct program *program, const char *line)
{
	enum fake_printer_mode mode;

	if (str_equal(line, "labels?")) {
		printf("ok %u\n", program->printer.labels);
	} else if (str_equal(line, "reset")) {
		raw_printer_reset(&program->printer);
		printf("ok\n");
	} else if (fake_printer_mode_parse(line, &mode)) {
		raw_printer_set(&program->printer, mode);
		printf("ok\n");
	} else {
		printf("no\n");
	}
	(void)fflush(stdout);
}

/* One line is there whole: whoever talks to us writes whole lines and waits for the answer. */
static void on_line(void *arg, unsigned events)
{
	struct program *program = arg;
	char line[64];

	(void)events;
	if (!fgets(line, sizeof(line), stdin)) {
		loop_stop(program->loop);
		return;
	}
	line[strcspn(line, "\n")] = '\0';
	obey(program, line);
}

int main(int argc, char **argv)
{
	struct program program = { 0 };
	struct err err = { 0 };
	const struct printer_driver *driver = argc == 5 ? printer_driver_find(argv[1]) : NULL;

	if (!driver || !fake_printer_speaks(driver)) {
		fprintf(stderr, "usage: printer LANGUAGE LABEL_MS ANSWER_MS LOG\n");
		return 64;
	}
	program.loop = loop_new(clock_mono_ms, &err);
	if (!program.loop || !loop_add_fd(program.loop, 0, LOOP_READ, on_line, &program, &err)) {
		fprintf(stderr, "%s\n", err.message);
		return 70;
	}
	raw_printer_begin(&program.printer, program.loop, "127.0.0.1", 0, driver);
	program.printer.label_ms = atoi(argv[2]);
	program.printer.answer_ms = atoi(argv[3]);
	program.printer.log = fopen(argv[4], "w");
	printf("%d\n", program.printer.port);
	(void)fflush(stdout);
	loop_run(program.loop);
	raw_printer_end(&program.printer);
	loop_free(program.loop);
	if (program.printer.log)
		(void)fclose(program.printer.log);
	return 0;
}
