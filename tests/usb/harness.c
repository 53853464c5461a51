/*
 * harness [-l FOLDER] [-o FILE] [-s] -- COMMAND [ARGUMENT...]
 *
 * Plays USB devices for an unchanged program: makes a fake bus, starts COMMAND with umockdev's
 * preload library when told, and does what the lines on its standard input say. One line, one
 * answer: "ok ..." or "error WORDS". At the end of its input, with "quit" or at SIGTERM the
 * program gets SIGTERM. Status 1: the program had to be killed, or somebody touched a private
 * device.
 *
 *   -l FOLDER  labels are written there as NAME-NUMBER.png
 *   -o FILE    the program's output (else: our standard error)
 *   -s         no scatter-gather: libusb cuts bulk transfers into pieces of 16 kB
 *
 * The program
 *
 *   start      starts COMMAND: "ok PID"
 *   child?     "ok running PID", "ok ended STATUS" (128 and more: by a signal), "ok none"
 *   stop       SIGTERM, and waits: "ok STATUS"
 *   quit       stop, and end: "ok STATUS" when all is tidied up
 *
 * Devices. What is made is not plugged in yet; "-" for SERIAL is none. Layouts: honeywell, guide,
 * shifted, newland (model_hid_pos.h). Keyboards and sticks are private: nobody may touch them.
 *
 *   printer NAME SERIAL [LANGUAGE]
 *                  as in printers/lang/driver.c; zpl when left out
 *   scanner NAME LAYOUT SERIAL
 *   keyboard NAME
 *   stick NAME
 *   wedge NAME [COUNTRY [END]]
 *                  a scanner that plays a keyboard: us, de; enter, tab, nothing
 *   line NAME SERIAL, ssi NAME SERIAL, dechdr NAME SERIAL, opc NAME SERIAL
 *                  a scanner on a serial line: text and CR, SSI's packets, Honeywell's messages
 *                  with a header, Opticon's frames
 *   snapi NAME SERIAL
 *   plug NAME      "ok 1-PORT": its place, as libusb and /sys say it
 *   unplug NAME
 *   fault NAME KIND ENDPOINT BYTES
 *                  KIND: none stall nak unplug error cut babble; ENDPOINT: 01, 82 (hexadecimal)
 *   state? NAME    plugged= opened= claims= disconnects= requests= transfers= driver=
 *   touched?       "ok yes" when somebody touched a private device
 *   time?          "ok BUS-US REAL-US"
 *
 * Scanners. %XX in TEXT is a byte. Sounds: good, error, unknown (not on file), other.
 *
 *   scan NAME TEXT [AIM]      "ok scanned=US"
 *   scan_beep NAME TEXT AIM MS
 *                  "-" for AIM is none. Waits for the sound, at most MS milliseconds:
 *                  "ok scanned=US fetched=US beep=US us=N sound=good"; us = beep - fetched
 *   scan_all FILE OUT MS [PAUSE_MS]
 *                  FILE: lines of NAME TEXT [AIM]. All the scanners at once, each its next line
 *                  when the last one was answered, and PAUSE_MS after it was read, more or less by
 *                  a half. OUT: lines of NAME TEXT FETCHED-US BEEP-US SOUND. "ok COUNT"; an error
 *                  when a sound does not come in MS milliseconds
 *   fetched? NAME  when the host had the last report; 0: not yet
 *   beeps? NAME    "ok COUNT SOUND@US ...", the last 16
 *   report NAME HEX           one report as it is
 *
 * Scanners of other kinds: wedge, line, ssi, dechdr, opc, snapi. %XX in TEXT is a byte.
 *
 *   read NAME TEXT            a scan; one in SNAPI mode that waits says what it said last again
 *   heard? NAME    "ok HEX" what a line heard since; "ok lights=N" of a wedge; else "ok
 *                  acknowledged=N beeps=N beep=CODE"
 *
 * Printers. The first six are its state; with LABELS on the roll, else endless.
 *
 *   ok NAME [LABELS]
 *   out_of_labels NAME
 *   head_open NAME
 *   paused NAME
 *   jam NAME
 *   silent NAME [LABELS]
 *   labels? NAME   "ok COUNT LAST": files written, the last one's number
 *   counter? NAME
 *   counter NAME NUMBER       sets its odometer
 *   label_ms NAME MS          what a label needs; 120 at first
 *   room NAME BYTES           takes so many bytes more, then holds up its cable; "-": no end
 *   power_cycle NAME
 *
 * All US are microseconds of one clock (CLOCK_MONOTONIC).
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "tests/usb/harness_devices.h"

#define LINE_MAX_BYTES 8192u
#define COLLECT_MS 10 /* between two looks for labels */
#define STOP_MS 15000 /* until a program that does not end is killed */

struct harness {
	struct umock *umock;
	struct harness_devices *devices;
	char **command;
	const char *output;
	pid_t child; /* 0: none */
	int status;  /* of the last one */
	bool was_started;
	bool was_killed;
	bool is_ending;
	struct buf farewell; /* the last answer: given when nothing is left of us */
};

static volatile sig_atomic_t is_signalled;

static void on_signal(int signo)
{
	(void)signo;
	is_signalled = 1;
}

/* --- the program ---------------------------------------------------------- */

static void preload_set(void)
{
	const char *options = getenv("ASAN_OPTIONS");
	char *more = xasprintf("%s%sverify_asan_link_order=0", options ? options : "",
		options && *options ? ":" : "");

	(void)setenv("LD_PRELOAD", umock_preload(), 1);
	(void)setenv("ASAN_OPTIONS", more, 1); /* else a sanitized program refuses the preload */
	free(more);
}

/* It does not outlive us: without its devices it could only abort. */
static _Noreturn void child_run(const struct harness *harness)
{
	(void)signal(SIGPIPE, SIG_DFL);
	(void)signal(SIGTERM, SIG_DFL);
	(void)signal(SIGINT, SIG_DFL);
	if (prctl(PR_SET_PDEATHSIG, SIGTERM) < 0)
		_exit(126);
	int out = harness->output
			  ? open(harness->output, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644)
			  : STDERR_FILENO;
	int in = open("/dev/null", O_RDONLY | O_CLOEXEC);

	if (out < 0 || in < 0 || dup2(in, STDIN_FILENO) < 0 || dup2(out, STDOUT_FILENO) < 0 ||
		dup2(out, STDERR_FILENO) < 0)
		_exit(126);
	execvp(harness->command[0], harness->command);
	fprintf(stderr, "harness: %s: %s\n", harness->command[0], strerror(errno));
	_exit(127);
}

static void child_look(struct harness *harness, int options)
{
	int status;

	if (harness->child == 0 || waitpid(harness->child, &status, options) != harness->child)
		return;
	harness->child = 0;
	harness->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static bool do_start(struct harness *harness, struct buf *answer, struct err *err)
{
	if (!harness->command[0])
		return err_set(err, ERR_USAGE, "no command was given");
	if (harness->child != 0)
		return err_set(err, ERR_CONFLICT, "it runs already");
	preload_set(); /* before fork: we have threads, and nothing of ours is started later */
	harness->child = fork();
	if (harness->child < 0) {
		harness->child = 0;
		return err_set_errno(err, "fork");
	}
	if (harness->child == 0)
		child_run(harness);
	harness->was_started = true;
	buf_addf(answer, " %d", (int)harness->child);
	return true;
}

static bool do_stop(struct harness *harness, struct buf *answer, struct err *err)
{
	(void)err;
	child_look(harness, WNOHANG);
	if (harness->child != 0)
		(void)kill(harness->child, SIGTERM); /* it is our child, not waited for */
	for (int ms = 0; harness->child != 0 && ms < STOP_MS; ms += COLLECT_MS) {
		usleep(COLLECT_MS * 1000);
		child_look(harness, WNOHANG);
	}
	if (harness->child != 0) {
		harness->was_killed = true;
		(void)kill(harness->child, SIGKILL);
		child_look(harness, 0);
	}
	buf_addf(answer, " %d", harness->status);
	return true;
}

static bool do_quit(struct harness *harness, struct buf *answer, struct err *err)
{
	harness->is_ending = true;
	(void)do_stop(harness, answer, err); /* does not fail */
	buf_addf(&harness->farewell, "ok%s\n", buf_str(answer));
	return true;
}

static bool tell_child(struct harness *harness, struct buf *answer, struct err *err)
{
	(void)err;
	if (harness->child != 0)
		buf_addf(answer, " running %d", (int)harness->child);
	else if (harness->was_started)
		buf_addf(answer, " ended %d", harness->status);
	else
		buf_add_str(answer, " none");
	return true;
}

/* --- lines ---------------------------------------------------------------- */

static const struct {
	const char *name;
	bool (*fn)(struct harness *harness, struct buf *answer, struct err *err);
} commands[] = {
	{ "start", do_start },
	{ "stop", do_stop },
	{ "quit", do_quit },
	{ "child?", tell_child },
};

static bool words_do(struct harness *harness, char *const *words, unsigned count,
	struct buf *answer, struct err *err)
{
	child_look(harness, WNOHANG);
	if (!harness_devices_collect(harness->devices, err))
		return false;
	for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
		if (str_equal(commands[i].name, words[0]))
			return commands[i].fn(harness, answer, err);
	}
	return harness_devices_do(harness->devices, words, count, answer, err);
}

static void line_do(struct harness *harness, char *line)
{
	char *words[HARNESS_WORDS_MAX + 1] = { 0 };
	AUTO_BUF answer = { 0 };
	struct err err = { 0 };
	unsigned count = 0;
	char *rest = NULL;

	for (char *word = strtok_r(line, " \t\r", &rest); word && count < HARNESS_WORDS_MAX;
		word = strtok_r(NULL, " \t\r", &rest))
		words[count++] = word;
	if (count == 0)
		return;
	bool is_done = words_do(harness, words, count, &answer, &err);

	if (harness->is_ending)
		return;
	if (is_done)
		printf("ok%s\n", buf_str(&answer));
	else
		printf("error %s\n", err.message);
	fflush(stdout);
}

/* Does the whole lines in `in`; what is left is kept. False: a line is too long. */
static bool lines_do(struct harness *harness, struct buf *in)
{
	while (in->len > 0 && !harness->is_ending) {
		char *end = memchr(in->data, '\n', in->len);

		if (!end)
			return in->len <= LINE_MAX_BYTES;
		size_t len = (size_t)(end - (char *)in->data);
		char *line = xstrndup((char *)in->data, len);

		buf_drop(in, len + 1);
		line_do(harness, line);
		free(line);
	}
	return true;
}

static void collect(struct harness *harness)
{
	struct err err = { 0 };

	if (!harness_devices_collect(harness->devices, &err))
		fprintf(stderr, "harness: %s\n", err.message);
	child_look(harness, WNOHANG);
}

static void input_run(struct harness *harness)
{
	struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };
	AUTO_BUF in = { 0 };

	while (!harness->is_ending && !is_signalled) {
		char bytes[512];

		if (poll(&input, 1, COLLECT_MS) > 0) {
			ssize_t len = read(STDIN_FILENO, bytes, sizeof(bytes));

			if (len <= 0) /* SIGTERM ends it too */
				return;
			buf_add_mem(&in, bytes, (size_t)len);
			if (!lines_do(harness, &in))
				return;
		}
		collect(harness);
	}
}

static int harness_run(struct harness *harness, const char *folder)
{
	AUTO_BUF answer = { 0 };

	harness->devices = harness_devices_new(harness->umock, folder);
	input_run(harness);
	if (!harness->is_ending)
		(void)do_stop(harness, &answer, NULL); /* the input ended */
	collect(harness);
	bool is_touched = bus_private_touched(umock_begin(harness->umock));

	umock_end(harness->umock);
	if (is_touched)
		fprintf(stderr, "harness: somebody touched a device that is not ours\n");
	harness_devices_free(harness->devices);
	umock_free(harness->umock);
	fputs(buf_str(&harness->farewell), stdout);
	buf_done(&harness->farewell);
	return is_touched || harness->was_killed;
}

int main(int argc, char **argv)
{
	struct umock_options options = { .ports = HARNESS_PORTS };
	struct harness harness = { 0 };
	const char *folder = NULL;
	struct err err = { 0 };

	for (int c = getopt(argc, argv, "+l:o:s"); c != -1; c = getopt(argc, argv, "+l:o:s")) {
		if (c == '?') {
			fprintf(stderr,
				"usage: harness [-l FOLDER] [-o FILE] [-s] -- COMMAND...\n");
			return 64;
		}
		folder = c == 'l' ? optarg : folder;
		harness.output = c == 'o' ? optarg : harness.output;
		options.no_scatter_gather |= c == 's';
	}
	harness.command = argv + optind;
	(void)signal(SIGPIPE, SIG_IGN); /* whoever asked may be gone; the input then ends too */
	(void)signal(SIGTERM, on_signal);
	(void)signal(SIGINT, on_signal);
	harness.umock = umock_new(&options, &err);
	if (!harness.umock) {
		fprintf(stderr, "harness: %s\n", err.message);
		return 70;
	}
	return harness_run(&harness, folder);
}
