/* specimend operator: adds a person and prints the badge and the PIN, once. */
#include "daemon/cmd/cmd.h"

#include <stdio.h>

#include <sodium.h>

#include "daemon/base/xalloc.h"
#include "daemon/cmd/pq.h"

#define PIN_DIGITS 6
#define PIN_OPSLIMIT 2           /* passes: contrib/DESIGN.md 3 */
#define PIN_MEMLIMIT (32u << 20) /* bytes */

static const struct cmd_option options[] = {
	{ "database", "CONNINFO", "the cluster's owner; default: 'database' of the configuration" },
	{ "name", "NAME", "as it stands on screens" },
	{ "initials", "XY", "as they stand on labels" },
	{ "roles", "LIST",
		"front_desk ma trainee processing site_lead courier dispatcher receiver lab_lead "
		"quality admin" },
	{ 0 },
};

static bool add_operator(const struct cmd_args *args, PGconn *conn, const char *pin_hash,
	char **out_badge, struct err *err)
{
	AUTO(char_free) char *roles = xasprintf("{%s}", cmd_option(args, "roles"));

	return pq_value(conn, "select clinic.operator_add($1, $2, $3::text[], $4)", 4,
		(const char *const[]) {
			cmd_option(args, "name"), cmd_option(args, "initials"), roles, pin_hash },
		out_badge, err);
}

static bool run_operator(const struct cmd_args *args, struct err *err)
{
	const char *database = cmd_option(args, "database");
	AUTO(PQfinish) PGconn *conn = NULL;
	AUTO(char_free) char *badge = NULL;
	char pin[PIN_DIGITS + 1] = { 0 };
	char hash[crypto_pwhash_STRBYTES];

	if (!cmd_option(args, "name") || !cmd_option(args, "initials") ||
		!cmd_option(args, "roles"))
		return err_set(err, ERR_USAGE, "operator needs --name, --initials and --roles");
	for (size_t i = 0; i < PIN_DIGITS; i++)
		pin[i] = (char)('0' + randombytes_uniform(10));
	if (crypto_pwhash_str(hash, pin, PIN_DIGITS, PIN_OPSLIMIT, PIN_MEMLIMIT) != 0)
		return err_set(err, ERR_INTERNAL, "there is not enough memory to hash the PIN");
	if (!pq_connect(database ? database : args->config->database, &conn, err))
		return false;
	if (!add_operator(args, conn, hash, &badge, err))
		return false;
	printf("badge %s\npin %s\n", badge, pin);
	sodium_memzero(pin, sizeof(pin));
	return true;
}

const struct cmd cmd_operator = {
	.name = "operator",
	.usage = "add a person; prints the badge and the PIN",
	.options = options,
	.run = run_operator,
};
