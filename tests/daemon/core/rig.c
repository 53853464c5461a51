/* Everything around the core, in one process and one loop. */
#include "tests/daemon/core/rig.h"

#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/base/clock.h"
#include "daemon/base/log.h"
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "daemon/core/token.h"
#include "tests/check.h"

#define WAIT_MS 5000

static int64_t pushed_ms;

static int64_t pushed_clock(void)
{
	return clock_mono_ms() + pushed_ms;
}

void rig_push_ms(int64_t ms)
{
	pushed_ms += ms;
}

int64_t rig_deadline(void)
{
	return clock_mono_ms() + WAIT_MS;
}

bool rig_may_wait(int64_t deadline)
{
	return clock_mono_ms() < deadline;
}

static void die(const char *what)
{
	fprintf(stderr, "rig: %s\n", what);
	exit(99);
}

void rig_begin(char **argv)
{
	const char *srcdir = getenv("srcdir");

	if (!getenv("PG_DATA")) {
		char *run = xasprintf("%s/tests/pg/run", srcdir ? srcdir : ".");
		char *const args[] = { run, xstrdup("-e"), argv[0], NULL };

		execv(run, args);
		die("tests/pg/run cannot be run");
	}
	if (sodium_init() < 0)
		die("libsodium");
	(void)signal(SIGPIPE, SIG_IGN);
	json_wipe_on_free();
}

const char *rig_sql(struct rig *rig, const char *sql)
{
	static char cell[65536];
	PGresult *result = PQexec(rig->pg, sql);
	ExecStatusType status = PQresultStatus(result);

	if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
		fprintf(stderr, "%s\n%s", sql, PQerrorMessage(rig->pg));
		die("SQL failed");
	}
	bool has = status == PGRES_TUPLES_OK && PQntuples(result) > 0;

	(void)snprintf(cell, sizeof(cell), "%s", has ? PQgetvalue(result, 0, 0) : "");
	PQclear(result);
	return cell;
}

static void file_write(const struct rig *rig, const char *name, const char *text)
{
	char *path = xasprintf("%s/%s", rig->dir, name);
	FILE *out = fopen(path, "we");

	if (!out || fputs(text, out) < 0 || fclose(out) != 0)
		die("a file cannot be written");
	free(path);
}

static void dir_make(const struct rig *rig, const char *name)
{
	char *path = xasprintf("%s/%s", rig->dir, name);

	if (mkdir(path, 0700) != 0)
		die("a directory cannot be made");
	free(path);
}

static void config_fill(struct rig *rig)
{
	char *text = xasprintf(
		"database =\nruntime_dir = %s\nstate_dir = %s\nweb_dir = %s/web\n"
		"http_address = 127.0.0.1\nhttp_port = 0\nhttp_names = x localhost [::1]\n"
		"mllp_port = 0\nseal_every_s = 60\n",
		rig->dir, rig->dir, rig->dir);
	struct err err = { 0 };

	config_init(&rig->config);
	if (!config_parse(&rig->config, bytes_of_str(text), &err))
		die(err.message);
	free(text);
}

struct rig *rig_new(void)
{
	struct rig *rig = xcalloc(1, sizeof(*rig));
	struct err err = { 0 };

	(void)snprintf(rig->dir, sizeof(rig->dir), "/tmp/rig.XXXXXX");
	if (!mkdtemp(rig->dir))
		die("mkdtemp");
	dir_make(rig, "web");
	dir_make(rig, "web/js");
	file_write(rig, "web/index.html", "<!doctype html><title>t</title>");
	file_write(rig, "web/js/app.js", "export const a = 1;\n");
	file_write(rig, "web/js/reader.wasm", "wasm");
	file_write(rig, "web/notes.txt", "not served");
	rig->loop = loop_new(pushed_clock, &err);
	if (!rig->loop)
		die(err.message);
	rig->pg = PQconnectdb("");
	if (PQstatus(rig->pg) != CONNECTION_OK)
		die(PQerrorMessage(rig->pg));
	char *sql = check_read_file("tests/daemon/core/fake_api.sql", NULL);

	(void)rig_sql(rig, sql);
	free(sql);
	config_fill(rig);
	return rig;
}

void rig_free(struct rig *rig)
{
	rig_core_stop(rig);
	loop_free(rig->loop);
	PQfinish(rig->pg);
	config_done(&rig->config);
	char *command = xasprintf("rm -rf '%s'", rig->dir);

	if (system(command) != 0) /* our own mkdtemp name */
		fprintf(stderr, "rig: '%s' is left\n", rig->dir);
	free(command);
	free(rig);
}

void rig_core_start(struct rig *rig)
{
	struct err err = { 0 };

	if (!core_new(rig->loop, &rig->config, &rig->core, &err))
		die(err.message);
	if (!RIG_WAIT(rig, rig->core->is_open))
		die("the core's session does not open");
}

void rig_core_stop(struct rig *rig)
{
	core_free(rig->core);
	rig->core = NULL;
}

void rig_second_begin(struct rig *first, struct rig *second)
{
	*second = (struct rig) { .loop = first->loop, .pg = first->pg };
	if (snprintf(second->dir, sizeof(second->dir), "%s/2", first->dir) >=
			(int)sizeof(second->dir) ||
		mkdir(second->dir, 0700) != 0)
		die("mkdir");
	dir_make(second, "web");
	file_write(second, "web/index.html", "<!doctype html><title>t</title>");
	config_fill(second);
	rig_core_start(second);
}

void rig_second_end(struct rig *second)
{
	rig_core_stop(second);
	config_done(&second->config);
}

void rig_run_ms(struct rig *rig, int ms)
{
	int64_t end = clock_mono_ms() + ms;

	while (clock_mono_ms() < end)
		loop_step(rig->loop, 5);
}

/* ---- HTTP ---- */

void client_open(struct rig *rig, struct client *client)
{
	struct sockaddr_in at = {
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)http_port(rig->core->http)),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};

	*client = (struct client) { .fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0) };
	if (client->fd < 0 || connect(client->fd, (struct sockaddr *)(void *)&at, sizeof(at)) != 0)
		die("connect");
}

void client_done(struct client *client)
{
	close(client->fd);
	buf_done(&client->in);
}

void client_send(struct client *client, struct bytes bytes)
{
	if (send(client->fd, bytes.data, bytes.len, MSG_NOSIGNAL) != (ssize_t)bytes.len)
		client->closed = true;
}

void client_poll(struct client *client)
{
	char chunk[8192];

	for (;;) {
		ssize_t n = recv(client->fd, chunk, sizeof(chunk), MSG_DONTWAIT);

		if (n > 0) {
			buf_add_mem(&client->in, chunk, (size_t)n);
			continue;
		}
		if (n == 0 || errno == ECONNRESET)
			client->closed = true;
		return;
	}
}

static bool answer_is_whole(struct client *client)
{
	client_poll(client);
	const char *text = buf_str(&client->in);
	const char *head_end = strstr(text, "\r\n\r\n");
	const char *length = strcasestr(text, "\r\nContent-Length: ");

	if (client->closed)
		return true;
	if (!head_end)
		return false;
	size_t body = length && length < head_end ? strtoul(length + 18, NULL, 10) : 0;

	return client->in.len >= (size_t)(head_end - text) + 4 + body;
}

const char *http_ask(struct rig *rig, const char *raw)
{
	static char *kept;
	struct client client;

	client_open(rig, &client);
	client_send(&client, bytes_of_str(raw));
	if (!RIG_WAIT(rig, answer_is_whole(&client)))
		buf_add_str(&client.in, "(no whole answer)");
	free(kept);
	kept = xstrdup(buf_str(&client.in));
	client_done(&client);
	return kept;
}

const char *http_get(struct rig *rig, const char *path, const char *fields)
{
	char *raw = xasprintf("GET %s HTTP/1.1\r\nHost: x\r\n%s\r\n", path, fields ? fields : "");
	const char *answer = http_ask(rig, raw);

	free(raw);
	return answer;
}

const char *http_post(struct rig *rig, const char *path, const char *fields, const char *body)
{
	char *raw = xasprintf("POST %s HTTP/1.1\r\nHost: x\r\nX-Specimend: 1\r\nContent-Type: "
			      "application/json\r\n"
			      "Content-Length: %zu\r\n%s\r\n%s",
		path, strlen(body), fields ? fields : "", body);
	const char *answer = http_ask(rig, raw);

	free(raw);
	return answer;
}

unsigned http_status(const char *answer)
{
	return str_has_prefix(answer, "HTTP/1.1 ") || str_has_prefix(answer, "HTTP/1.0 ")
		       ? (unsigned)strtoul(answer + 9, NULL, 10)
		       : 0;
}

/* ---- roles ---- */

static void on_hello(struct link *link, json_t *hello, void *arg)
{
	struct role *role = arg;

	(void)link;
	(void)hello;
	role->hellos++;
}

static json_t *hello_new(void *arg)
{
	struct role *role = arg;

	return json_pack("{s:O}", "jobs", role->jobs);
}

static void answer_label(struct role *role, uint64_t id)
{
	static const char sha256[] =
		"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
	AUTO_BUF bytes = { 0 };

	buf_add_str(&bytes, "^XA^XZ");
	if (role->label_len > bytes.len)
		memset(buf_grow(&bytes, role->label_len - bytes.len), ' ',
			role->label_len - bytes.len);
	const struct link_payloads payloads = {
		.items = { { "bytes", buf_bytes(&bytes) },
			{ "png", bytes_of_str("PNG of the label") } },
		.count = 2,
	};
	AUTO(json_decref)
	json_t *body =
		role->fails_label
			? json_pack("{s:b,s:s,s:s,s:s,s:s,s:{s:s}}", "ok", 0, "code",
				  "ERR_CHECK_FAILED", "message", "the name does not fit", "hint",
				  "shorten it", "check", "fits", "spelling", "family", "XSHAXXG")
			: json_pack("{s:i,s:i,s:s,s:[s]}", "width_dots", 406, "height_dots", 203,
				  "sha256", sha256, "warnings", "name_spelled");

	link_reply(role->link, id, body, role->fails_label ? NULL : &payloads);
}

static void answer_golden(struct role *role, uint64_t id)
{
	AUTO(json_decref)
	json_t *body = json_pack("{s:b,s:i,s:i,s:[],s:s}", "passed", 1, "cases", 12, "failed", 0,
		"failures", "sha256", "of the text");

	link_reply(role->link, id, body, NULL);
}

static void answer_screen(struct role *role, uint64_t id)
{
	const struct link_payloads payloads = {
		.items = { { "code128", bytes_of_str("bars") },
			{ "datamatrix", bytes_of_str("squares") } },
		.count = role->has_no_paper ? 0 : 2,
	};
	AUTO(json_decref) json_t *reply = json_object();

	link_reply(role->link, id, reply, &payloads);
}

static void answer_preview(struct role *role, uint64_t id)
{
	const struct link_payloads payloads = { .items = { { "png", bytes_of_str("a picture") } },
		.count = 1 };
	AUTO(json_decref)
	json_t *body = json_pack("{s:i,s:i,s:[s]}", "width_dots", 406, "height_dots", 203,
		"warnings", "name_shortened");

	link_reply(role->link, id, body, &payloads);
}

static void answer_paper(struct role *role, uint64_t id)
{
	const struct link_payloads payloads = {
		.items = { { "pdf", bytes_of_str(role->has_no_paper ? "" : "%PDF a paper") } },
		.count = 1
	};
	AUTO(json_decref)
	json_t *body = json_pack(
		"{s:i,s:s,s:b}", "pages", 2, "sha256", "of the pdf", "lacks_letters", false);

	link_reply(role->link, id, body, &payloads);
}

static void answer_pin(struct role *role, uint64_t id, const json_t *body)
{
	bool match = str_equal(json_string_value(json_object_get(body, "pin")), "80716253") &&
		     str_equal(json_string_value(json_object_get(body, "hash")), "hash-of-the-pin");
	AUTO(json_decref) json_t *reply = json_pack("{s:b}", "match", match);

	link_reply(role->link, id, reply, NULL);
}

static void answer_query(struct role *role, uint64_t id)
{
	bool silent = str_equal(role->state, "silent");
	AUTO(json_decref)
	json_t *reply = json_pack("{s:[s],s:b,s:s?,s:b}", "state", role->state, "answered",
		!silent || role->is_half_silent, "plug", role->plug, "may_hold",
		silent || role->may_hold);

	(void)json_object_set_new(
		reply, "counter", silent ? json_null() : json_integer(role->counter));
	link_reply(role->link, id, reply, NULL);
}

static void answer_plain(struct role *role, uint64_t id, bool ok)
{
	AUTO(json_decref)
	json_t *reply = ok ? json_object()
			   : json_pack("{s:b,s:s,s:s,s:s}", "ok", 0, "code", role->print_code,
				     "message", "the printer is not there", "hint", "plug it in");

	link_reply(role->link, id, reply, NULL);
}

static void on_request(struct link *link, uint64_t id, json_t *body,
	const struct link_payloads *payloads, void *arg)
{
	struct role *role = arg;
	const char *what = json_string_value(json_object_get(body, "do"));

	if (role->stands || str_equal(what, "alive")) { /* of which there are many */
		if (!role->stands)
			answer_plain(role, id, true);
		return;
	}
	json_t *kept = json_deep_copy(body);
	struct bytes bytes = link_payload_find(payloads, "bytes");

	(void)link;
	if (bytes.len > 0)
		(void)json_object_set_new(
			kept, "text", json_stringn((const char *)bytes.data, bytes.len));
	(void)json_array_append_new(role->requests, kept);
	if (role->is_deaf && (str_equal(what, "label") || str_equal(what, "pin")))
		return;
	if (str_equal(what, "label") || (!str_equal(what, "pin") && role->fails_label))
		answer_label(role, id);
	else if (str_equal(what, "golden"))
		answer_golden(role, id);
	else if (str_equal(what, "screen"))
		answer_screen(role, id);
	else if (str_equal(what, "preview"))
		answer_preview(role, id);
	else if (str_equal(what, "paper"))
		answer_paper(role, id);
	else if (str_equal(what, "pin"))
		answer_pin(role, id, body);
	else if (str_equal(what, "printer_query"))
		answer_query(role, id);
	else if (!str_equal(what, "print") && !str_equal(what, "pass_on"))
		answer_plain(role, id, true);
	else if (!role->is_deaf)
		answer_plain(role, id, !role->print_code);
}

static void on_notice(
	struct link *link, json_t *body, const struct link_payloads *payloads, void *arg)
{
	(void)link;
	(void)body;
	(void)payloads;
	(void)arg;
}

void role_start(struct rig *rig, struct role *role, const char *name, unsigned start_no)
{
	if (!role->requests)
		role->requests = json_array();
	if (!role->jobs)
		role->jobs = json_array();
	if (!role->state)
		role->state = "ok";
	role->rig = rig;
	unsigned before = role->hellos;

	(void)snprintf(role->name, sizeof(role->name), "%s", name);
	(void)snprintf(role->path, sizeof(role->path), "%s/core.sock", rig->dir);
	(void)snprintf(role->start_id, sizeof(role->start_id), "%032x", start_no);
	role->link = link_connect(&(struct link_setup) {
		.loop = rig->loop,
		.role = role->name,
		.start_id = role->start_id,
		.path = role->path,
		.peer_uid = geteuid(),
		.handlers = { .on_hello = on_hello,
			.on_request = on_request,
			.on_notice = on_notice,
			.hello_new = hello_new },
		.arg = role,
	});
	if (!RIG_WAIT(rig, role->hellos > before))
		die("a role does not get its hello");
}

void role_stop(struct role *role)
{
	link_free(role->link);
	role->link = NULL;
}

size_t role_asked(const struct role *role, const char *what)
{
	size_t count = 0;
	size_t i;
	json_t *body;

	json_array_foreach (role->requests, i, body)
		count += str_equal(json_string_value(json_object_get(body, "do")), what);
	return count;
}

json_t *role_last(const struct role *role, const char *what)
{
	for (size_t i = json_array_size(role->requests); i-- > 0;) {
		json_t *body = json_array_get(role->requests, i);

		if (str_equal(json_string_value(json_object_get(body, "do")), what))
			return body;
	}
	return NULL;
}

uint64_t role_report(struct role *role, json_t *body_take)
{
	struct err err = { 0 };
	uint64_t id = 0;

	if (!link_report(role->link, body_take, &id, &err))
		die(err.message);
	json_decref(body_take);
	return id;
}

uint64_t role_report_scan(struct role *role, unsigned counter, int64_t device_id, const char *text)
{
	AUTO_BUF raw = { 0 };

	base64_encode(bytes_of_str(text), &raw);
	return role_report(
		role, json_pack("{s:s,s:{s:s,s:i},s:I,s:s,s:n,s:I,s:{s:s}}", "what", "scan", "scan",
			      "start_id", role->start_id, "counter", (int)counter, "device_id",
			      (json_int_t)device_id, "raw", buf_str(&raw), "aim", "at_us",
			      (json_int_t)clock_real_us(), "evidence", "transport", "virtual"));
}

uint64_t role_report_print(
	struct role *role, int64_t print_job_id, const char *state, int64_t counter)
{
	return role_report(
		role, json_pack("{s:s,s:I,s:I,s:s,s:I,s:s?,s:s,s:s}", "what", "print_result",
			      "print_job_id", (json_int_t)print_job_id, "device_id", (json_int_t)12,
			      "state", state, "counter", (json_int_t)counter, "plug", role->plug,
			      "evidence", "", "message", ""));
}
