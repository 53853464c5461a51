/*
 * Stations that scan through HTTP as fast as they are answered, for `make bench`:
 *
 *   http_load PORT SECONDS [once] <STATIONS
 *
 * A line of STATIONS is one station: its session's token and the codes it scans, in base64, with
 * blanks between. Each station has one connection on loopback and one scan under way at a time; it
 * begins its codes again, or with `once` is done after the last. Prints, a line each: `answered N`,
 * `seconds S`, `p50_us N`, `p99_us N`, and `said N VERDICT CODE` for each kind of reply. Every
 * reply is read: one that is not 200, has no verdict or does not come ends the run with status 1.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <jansson.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "daemon/base/buf.h"
#include "daemon/base/clock.h"
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "daemon/loop/loop.h"

#define STATIONS_MAX 256
#define SAMPLES_MAX 1000000
#define SECONDS_MAX 600
#define REPLY_MAX (1u << 20)
#define REPLY_WAIT_MS 15000 /* longer than the core's own deadline */
#define KINDS_MAX 16

struct load;

struct station {
	struct load *load;
	char *line; /* the token and the codes, cut by strtok */
	const char *token;
	const char **codes;
	size_t code_count;
	size_t next;
	int fd;
	struct loop_handle *watch;
	struct loop_handle *deadline;
	struct buf out;
	struct buf in;
	int64_t asked_us;
	bool is_asking;
};

struct kind {
	char name[80]; /* verdict and code */
	size_t count;
};

struct load {
	struct loop *loop;
	uint16_t port;
	bool once;
	bool is_over; /* no new scan begins */
	bool failed;
	struct station stations[STATIONS_MAX];
	size_t station_count;
	size_t asking; /* stations with a scan under way */
	uint32_t *samples;
	size_t sample_count;
	struct kind kinds[KINDS_MAX];
	size_t kind_count;
	int64_t began_us;
	int64_t ended_us;
};

static int64_t now_us(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now); /* cannot fail: the clock exists */
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void load_fail(struct load *load, const char *what)
{
	fprintf(stderr, "http_load: %s\n", what);
	load->failed = true;
	loop_stop(load->loop);
}

/* ---- one scan ---- */

static bool uuid_add(struct buf *out)
{
	uint8_t b[16];

	if (getrandom(b, sizeof(b), 0) != (ssize_t)sizeof(b))
		return false;
	b[6] = (uint8_t)(0x40 | (b[6] & 0x0f));
	b[8] = (uint8_t)(0x80 | (b[8] & 0x3f));
	for (size_t i = 0; i < sizeof(b); i++)
		buf_addf(out, i == 4 || i == 6 || i == 8 || i == 10 ? "-%02x" : "%02x", b[i]);
	return true;
}

static void station_flush(struct station *station)
{
	const ssize_t sent =
		send(station->fd, station->out.data, station->out.len, MSG_NOSIGNAL | MSG_DONTWAIT);

	if (sent < 0 && errno != EAGAIN && errno != EINTR) {
		load_fail(station->load, "a connection broke while a scan was sent");
		return;
	}
	buf_drop(&station->out, sent > 0 ? (size_t)sent : 0);
	loop_set_interest(station->watch, LOOP_READ | (station->out.len > 0 ? LOOP_WRITE : 0));
}

static void station_ask(struct station *station)
{
	struct buf body = { 0 };

	buf_add_str(&body, "{\"request_id\": \"");
	if (!uuid_add(&body))
		load_fail(station->load, "there is no randomness");
	buf_addf(&body, "\", \"args\": {\"raw\": \"%s\", \"aim\": \"]C0\", \"source\": \"typed\"}}",
		station->codes[station->next++]);
	buf_addf(&station->out,
		"POST /api/scan HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nContent-Type: "
		"application/json\r\n"
		"X-Specimend: 1\r\nCookie: specimend_session=%s\r\nContent-Length: %zu\r\n\r\n%s",
		station->load->port, station->token, body.len, buf_str(&body));
	buf_done(&body);
	station->is_asking = true;
	station->load->asking++;
	station->asked_us = now_us();
	loop_timer_set(station->deadline, REPLY_WAIT_MS);
	station_flush(station);
}

static void kind_count(struct load *load, const char *verdict, const char *code)
{
	char name[sizeof(load->kinds[0].name)];
	size_t i = 0;

	(void)snprintf(name, sizeof(name), "%s %s", verdict, code);
	while (i < load->kind_count && !str_equal(load->kinds[i].name, name))
		i++;
	if (i == KINDS_MAX) {
		load_fail(load, "there are too many kinds of replies");
		return;
	}
	if (i == load->kind_count) {
		(void)str_copy(load->kinds[i].name, sizeof(load->kinds[i].name), name);
		load->kind_count++;
	}
	load->kinds[i].count++;
}

static void reply_judge(struct load *load, const char *text, size_t len)
{
	json_t *reply = json_loadb(text, len, 0, NULL);
	const char *verdict = json_string_value(json_object_get(reply, "verdict"));
	const char *code = json_string_value(json_object_get(reply, "code"));

	if (verdict && code)
		kind_count(load, verdict, code);
	else
		load_fail(load, "a reply has no verdict");
	json_decref(reply);
}

/* The body of the reply that is in whole, else NULL. */
static const char *reply_find(struct station *station, size_t *out_len)
{
	const char *text = buf_str(&station->in);
	const char *end = strstr(text, "\r\n\r\n");
	const char *field = end ? strcasestr(text, "\r\ncontent-length:") : NULL;

	if (!end)
		return NULL;
	if (!str_has_prefix(text, "HTTP/1.1 ") || !field || field > end) {
		load_fail(station->load, "a reply has no length");
		return NULL;
	}
	const char *body = end + strlen("\r\n\r\n");
	const unsigned long len = strtoul(strchr(field, ':') + 1, NULL, 10);

	*out_len = len;
	return station->in.len - (size_t)(body - text) >= len ? body : NULL;
}

static void station_answered(struct station *station, const char *body, size_t len)
{
	struct load *load = station->load;

	load->ended_us = now_us();
	if (load->sample_count < SAMPLES_MAX)
		load->samples[load->sample_count++] =
			(uint32_t)(load->ended_us - station->asked_us);
	else
		load_fail(load, "there are too many samples");
	reply_judge(load, body, len);
	buf_reset(&station->in);
	station->is_asking = false;
	load->asking--;
	if (station->next == station->code_count && !load->once)
		station->next = 0;
	if (!load->is_over && station->next < station->code_count)
		station_ask(station);
	else if (load->asking == 0)
		loop_stop(load->loop);
}

static void station_read(struct station *station)
{
	uint8_t *room = buf_grow(&station->in, 16384);
	const ssize_t got = recv(station->fd, room, 16384, MSG_DONTWAIT);
	const char *body;
	size_t len = 0;

	buf_cut(&station->in, station->in.len - 16384 + (got > 0 ? (size_t)got : 0));
	if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) {
		load_fail(station->load, "the core closed a connection");
		return;
	}
	if (station->in.len > REPLY_MAX) {
		load_fail(station->load, "a reply is too long");
		return;
	}
	body = reply_find(station, &len);
	if (body)
		station_answered(station, body, len);
}

static void station_on_event(void *arg, unsigned events)
{
	struct station *station = arg;

	if (events & LOOP_WRITE)
		station_flush(station);
	if (events & (LOOP_READ | LOOP_HANGUP))
		station_read(station);
}

static void station_on_deadline(void *arg)
{
	struct station *station = arg;

	if (station->is_asking)
		load_fail(station->load, "a scan was not answered in time");
}

/* ---- the run ---- */

static bool station_connect(struct station *station, struct err *err)
{
	const struct sockaddr_in address = { .sin_family = AF_INET,
		.sin_port = htons(station->load->port),
		.sin_addr = { htonl(INADDR_LOOPBACK) } };
	const int one = 1;

	station->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (station->fd < 0 ||
		connect(station->fd, (const struct sockaddr *)&address, sizeof(address)) != 0)
		return err_set_errno(err, "port %u on loopback", station->load->port);
	(void)setsockopt(
		station->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one)); /* only slower */
	station->watch = loop_add_fd(
		station->load->loop, station->fd, LOOP_READ, station_on_event, station, err);
	station->deadline =
		loop_add_timer(station->load->loop, -1, 0, station_on_deadline, station);
	return station->watch != NULL;
}

/* The token and the codes of one line; false when one of them is missing. */
static bool station_read_line(struct station *station, char *line)
{
	const size_t most = strlen(line) / 2 + 1;
	char *rest = NULL;

	station->line = xstrdup(line);
	station->codes = xcalloc(most, sizeof(*station->codes));
	station->token = strtok_r(station->line, " \n", &rest);
	for (const char *code; station->token && (code = strtok_r(NULL, " \n", &rest)) != NULL;)
		station->codes[station->code_count++] = code;
	return station->code_count > 0;
}

static bool load_read(struct load *load, struct err *err)
{
	char *line = NULL;
	size_t size = 0;
	bool ok = true;

	while (ok && getline(&line, &size, stdin) >= 0) {
		struct station *station = &load->stations[load->station_count];

		if (load->station_count == STATIONS_MAX)
			ok = err_set(err, ERR_INVALID, "more than %d stations", STATIONS_MAX);
		else if (!station_read_line(station, line))
			ok = err_set(err, ERR_INVALID, "a station has no token or no code");
		station->load = load;
		load->station_count += load->station_count < STATIONS_MAX;
	}
	free(line);
	return ok && (load->station_count > 0 || err_set(err, ERR_INVALID, "there is no station"));
}

static void load_on_end(void *arg)
{
	struct load *load = arg;

	load->is_over = true;
}

static bool load_run(struct load *load, int64_t seconds, struct err *err)
{
	for (size_t i = 0; i < load->station_count; i++) {
		if (!station_connect(&load->stations[i], err))
			return false;
	}
	(void)loop_add_timer(load->loop, seconds * 1000, 0, load_on_end, load);
	load->began_us = now_us();
	for (size_t i = 0; i < load->station_count; i++)
		station_ask(&load->stations[i]);
	loop_run(load->loop);
	return !load->failed || err_set(err, ERR_IO, "the run is broken off");
}

static int sample_compare(const void *a, const void *b)
{
	const uint32_t *left = a;
	const uint32_t *right = b;

	return (*left > *right) - (*left < *right);
}

static void load_print(struct load *load)
{
	qsort(load->samples, load->sample_count, sizeof(*load->samples), sample_compare);
	printf("answered %zu\n", load->sample_count);
	printf("seconds %.6f\n", (double)(load->ended_us - load->began_us) / 1e6);
	printf("p50_us %" PRIu32 "\n", load->samples[load->sample_count / 2]);
	printf("p99_us %" PRIu32 "\n", load->samples[load->sample_count * 99 / 100]);
	for (size_t i = 0; i < load->kind_count; i++)
		printf("said %zu %s\n", load->kinds[i].count, load->kinds[i].name);
}

static void load_free(struct load *load)
{
	for (size_t i = 0; i < load->station_count; i++) {
		struct station *station = &load->stations[i];

		loop_remove(station->watch);
		loop_remove(station->deadline);
		if (station->fd > 0)
			(void)close(station->fd); /* nothing is lost with it */
		buf_done(&station->in);
		buf_done(&station->out);
		free(station->codes);
		free(station->line);
	}
	loop_free(load->loop);
	free(load->samples);
	free(load);
}

static bool usage_read(int argc, char **argv, struct load *load, uint64_t *seconds, struct err *err)
{
	uint64_t port = 0;

	if (argc < 3 || argc > 4 || (argc == 4 && !str_equal(argv[3], "once")) ||
		!uint_parse(bytes_of_str(argv[1]), 1, UINT16_MAX, &port, err) ||
		!uint_parse(bytes_of_str(argv[2]), 1, SECONDS_MAX, seconds, err))
		return err_set(err, ERR_USAGE, "usage: http_load PORT SECONDS [once] <STATIONS");
	load->port = (uint16_t)port;
	load->once = argc == 4;
	return true;
}

int main(int argc, char **argv)
{
	struct load *load = xcalloc(1, sizeof(*load));
	struct err err = { 0 };
	uint64_t seconds = 0;

	load->samples = xcalloc(SAMPLES_MAX, sizeof(*load->samples));
	bool ok = usage_read(argc, argv, load, &seconds, &err) && load_read(load, &err) &&
		  (load->loop = loop_new(clock_mono_ms, &err)) != NULL &&
		  load_run(load, (int64_t)seconds, &err);

	if (ok)
		load_print(load);
	else
		fprintf(stderr, "http_load: %s\n", err.message);
	load_free(load);
	return ok ? 0 : err_exit_code(err.code);
}
