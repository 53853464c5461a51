/*
 * specimend device: which device is at which station. Works in the database, as its owner; a core
 * that runs is given a hint (NOTIFY changed, in a transaction of its own) and tells its bench.
 */
#include "daemon/cmd/cmd.h"

#include <stdio.h>

#include "daemon/base/str.h"
#include "daemon/cmd/device_text.h"
#include "daemon/cmd/pq.h"

static const struct cmd_option options[] = {
	{ "database", "CONNINFO", "the cluster's owner; default: 'database' of the configuration" },
	{ "station", "CODE", "assign: T..., as in the list" },
	{ "name", "NAME", "assign: as it stands on screens; default: its station and kind" },
	{ "kind", "KIND", "assign: printer or scanner, of what is not plugged in now" },
	{ "language", "NAME", "assign: a printer's, as found tells; nothing is guessed" },
	{ "dpi", "N", "assign: a printer's 203, 300 or 600; default: what its name says" },
	{ "label", "WxH", "assign: a printer's labels in millimetres; default: 50.8x25.4" },
	{ "shared", NULL, "assign: a printer that serves the room group" },
	{ "protocol", "NAME", "assign: how a scanner talks, as found tells; default: hid_pos" },
	{ "keyboard", "COUNTRY", "assign: whose keyboard a scanner plays; default: us" },
	{ "terminator", "NAME", "assign: what ends a scanner's codes; default: cr" },
	{ "maker", "NAME", "assign: whose commands make a serial scanner beep; default: other" },
	{ "aim", "yes|no", "assign: whether each code begins with its AIM identifier" },
	{ "baud", "N", "assign: how fast a scanner's line is, behind a converter; default: 9600" },
	{ "format", "8n1", "assign: its line's bits and parity: 8n1, 8e1, 8o1, 7e1, 7o1" },
	{ "ack", "yes|no", "assign: whether a serial scanner waits for ACK after each code" },
	{ 0 },
};

struct device_call {
	const struct cmd_args *args;
	const char *identity; /* NULL where none is needed */
	PGconn *conn;
};

static bool device_list(struct device_call *call, json_t **out, struct err *err)
{
	return pq_json(call->conn, "select clinic.device_list()::text", 0, NULL, out, err);
}

static void print_found(struct device_call *call, const json_t *list)
{
	const struct device_command command = {
		.config = call->args->config_path,
		.database = cmd_option(call->args, "database"),
	};
	AUTO_BUF text = { 0 };

	device_text_found(list, &command, &text);
	fputs(buf_str(&text), stdout);
}

static bool run_found(struct device_call *call, struct err *err)
{
	AUTO(json_decref) json_t *list = NULL;

	if (!device_list(call, &list, err))
		return false;
	print_found(call, list);
	return true;
}

static bool run_list(struct device_call *call, struct err *err)
{
	AUTO(json_decref) json_t *list = NULL;
	AUTO_BUF text = { 0 };

	if (!device_list(call, &list, err))
		return false;
	device_text_stations(list, &text);
	printf("%s\n", buf_str(&text));
	print_found(call, list);
	return true;
}

/* The database's answer: what it is now, or why not. Tells the core and the person. */
static bool device_done(
	struct device_call *call, const char *what, const json_t *reply, struct err *err)
{
	const json_t *error = json_object_get(reply, "error");
	AUTO_BUF text = { 0 };

	if (error) {
		err_set(err, err_code_find(json_string_value(json_object_get(error, "code"))), "%s",
			json_string_value(json_object_get(error, "message")));
		return err_hint(err, "%s", json_string_value(json_object_get(error, "hint")));
	}
	if (!pq_exec(call->conn, "notify changed", err))
		return err_wrap(err, "it is done, but a running core learns of it in some seconds");
	device_text_line(reply, &text);
	printf("%s %s (%s)\n  %s\n", what,
		json_string_value(json_object_get(reply, "station_name")),
		json_string_value(json_object_get(reply, "station")), buf_str(&text));
	return true;
}

static bool run_release(struct device_call *call, struct err *err)
{
	AUTO(json_decref) json_t *reply = NULL;

	return pq_json(call->conn, "select clinic.device_release($1)::text", 1,
		       (const char *const[]) { call->identity }, &reply, err) &&
	       device_done(call, "released from", reply, err);
}

/* The options that are texts go as they are; what they may be the database says. */
static bool assign_args(struct device_call *call, json_t *out, struct err *err)
{
	static const char *const texts[] = { "station", "name", "kind", "language", "protocol",
		"keyboard", "terminator", "maker", "aim", "ack", "baud", "format" };
	const char *dpi = cmd_option(call->args, "dpi");
	const char *label = cmd_option(call->args, "label");
	uint64_t number;
	uint64_t height;

	if (json_object_set_new(out, "identity", json_string(call->identity)) != 0)
		return err_set(err, ERR_USAGE, "the identity is not UTF-8");
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		const char *text = cmd_option(call->args, texts[i]);

		if (text && json_object_set_new(out, texts[i], json_string(text)) != 0)
			return err_set(err, ERR_USAGE, "--%s is not UTF-8", texts[i]);
	}
	if (dpi && !uint_parse(bytes_of_str(dpi), 1, 9999, &number, err))
		return err_wrap(err, "--dpi");
	if (dpi)
		(void)json_object_set_new(out, "dpi",
			json_integer((json_int_t)number)); /* these fail only without memory */
	if (label && !device_label_parse(label, &number, &height, err))
		return false;
	if (label) {
		(void)json_object_set_new(out, "width_um", json_integer((json_int_t)number));
		(void)json_object_set_new(out, "height_um", json_integer((json_int_t)height));
	}
	if (cmd_option(call->args, "shared"))
		(void)json_object_set_new(out, "shared", json_true());
	return true;
}

static bool run_assign(struct device_call *call, struct err *err)
{
	AUTO(json_decref) json_t *args = json_object();
	AUTO(json_decref) json_t *reply = NULL;

	if (!cmd_option(call->args, "station"))
		return err_set(err, ERR_USAGE, "device assign needs --station");
	if (!assign_args(call, args, err))
		return false;
	AUTO(char_free) char *text = json_dumps(args, JSON_COMPACT);

	return pq_json(call->conn, "select clinic.device_assign($1::jsonb)::text", 1,
		       (const char *const[]) { text }, &reply, err) &&
	       device_done(call, "assigned to", reply, err);
}

static const struct device_action {
	const char *name;
	bool needs_identity;
	bool takes_options; /* besides --database */
	bool (*run)(struct device_call *call, struct err *err);
} actions[] = {
	{ "list", false, false, run_list },
	{ "found", false, false, run_found },
	{ "assign", true, true, run_assign },
	{ "release", true, false, run_release },
};

static const struct device_action *action_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(actions); i++) {
		if (str_equal(actions[i].name, name))
			return &actions[i];
	}
	return NULL;
}

static bool action_fits(
	const struct device_action *action, const struct cmd_args *args, struct err *err)
{
	if (!action)
		return err_set(err, ERR_USAGE,
			"device needs one of: list, found, assign IDENTITY, release IDENTITY");
	if (action->needs_identity != (args->words[1] != NULL))
		return err_set(err, ERR_USAGE, "device %s %s", action->name,
			action->needs_identity ? "needs the device's IDENTITY, as in the list"
					       : "takes nothing more");
	for (size_t i = 1; options[i].name; i++) {
		if (args->values[i] && !action->takes_options)
			return err_set(err, ERR_USAGE, "device %s takes no --%s", action->name,
				options[i].name);
	}
	return true;
}

static bool run_device(const struct cmd_args *args, struct err *err)
{
	const struct device_action *action = action_find(args->words[0]);
	const char *database = cmd_option(args, "database");
	AUTO(PQfinish) PGconn *conn = NULL;
	struct device_call call = { .args = args, .identity = args->words[1] };

	if (!action_fits(action, args, err))
		return err_hint(err, "specimend --help");
	if (!pq_connect(database ? database : args->config->database, &conn, err))
		return false;
	call.conn = conn;
	return action->run(&call, err);
}

const struct cmd cmd_device = {
	.name = "device",
	.usage = "list; found; assign IDENTITY or tcp:ADDRESS to a station; release IDENTITY",
	.words_max = 2,
	.options = options,
	.run = run_device,
};
