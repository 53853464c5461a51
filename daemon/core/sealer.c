/* A timer, a key, two calls. */
#include "daemon/core/sealer.h"

#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/base/log.h"
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"

#define SEAL_BYTES_MAX 65536

struct sealer {
	struct core *core;
	uint8_t public_key[crypto_sign_PUBLICKEYBYTES];
	uint8_t secret_key[crypto_sign_SECRETKEYBYTES];
	unsigned calls;
	bool is_asking;
	struct loop_handle *timer;
};

static bool key_make(struct sealer *sealer, const char *path, struct err *err)
{
	uint8_t seed[crypto_sign_SEEDBYTES];
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd < 0)
		return err_set_errno(err, "seal key '%s'", path);
	randombytes_buf(seed, sizeof(seed));
	bool ok = write(fd, seed, sizeof(seed)) == (ssize_t)sizeof(seed) && fsync(fd) == 0;

	if (!ok)
		err_set_errno(err, "seal key '%s'", path);
	if (close(fd) != 0 && ok)
		ok = err_set_errno(err, "seal key '%s'", path);
	if (ok)
		(void)crypto_sign_seed_keypair(
			sealer->public_key, sealer->secret_key, seed); /* cannot fail */
	else
		(void)unlink(path); /* a half key is no key */
	sodium_memzero(seed, sizeof(seed));
	return ok;
}

static bool key_read(struct sealer *sealer, int fd, const char *path, struct err *err)
{
	uint8_t seed[crypto_sign_SEEDBYTES + 1];
	struct stat st;

	if (fstat(fd, &st) != 0)
		return err_set_errno(err, "seal key '%s'", path);
	if (!S_ISREG(st.st_mode) || (st.st_mode & 077) != 0) {
		err_set(err, ERR_INVALID, "seal key '%s' is open to others", path);
		return err_hint(err, "chmod 600 %s, and think about who may have read it", path);
	}
	ssize_t len = read(fd, seed, sizeof(seed));

	if (len != crypto_sign_SEEDBYTES) {
		sodium_memzero(seed, sizeof(seed));
		return err_set(err, ERR_INVALID, "seal key '%s' is not %d bytes long", path,
			(int)crypto_sign_SEEDBYTES);
	}
	(void)crypto_sign_seed_keypair(
		sealer->public_key, sealer->secret_key, seed); /* cannot fail */
	sodium_memzero(seed, sizeof(seed));
	return true;
}

static bool key_load(struct sealer *sealer, const char *state_dir, struct err *err)
{
	char *path = xasprintf("%s/seal.key", state_dir);
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	bool ok = fd < 0 ? key_make(sealer, path, err) : key_read(sealer, fd, path, err);

	if (fd >= 0)
		close(fd);
	free(path);
	return ok;
}

static void on_put(void *arg, const char *reply, const struct err *err)
{
	(void)arg;
	(void)reply;
	if (err)
		log_err(err); /* the same events are in the next seal */
}

static void seal_sign(struct sealer *sealer, const json_t *seal)
{
	const char *hex = json_string_value(json_object_get(seal, "bytes"));
	json_t *seal_id = json_object_get(seal, "seal_id");
	uint8_t signature[crypto_sign_BYTES];
	AUTO_BUF bytes = { 0 };
	AUTO_BUF signature_hex = { 0 };
	AUTO_BUF key_hex = { 0 };
	struct err err = { 0 };

	if (!hex || !seal_id || strlen(hex) > 2 * SEAL_BYTES_MAX ||
		!hex_decode(bytes_of_str(hex), &bytes, &err)) {
		log_warning("the database gives a malformed seal: not signed");
		return;
	}
	(void)crypto_sign_detached(
		signature, NULL, bytes.data, bytes.len, sealer->secret_key); /* cannot fail */
	hex_encode(bytes_of(signature, sizeof(signature)), &signature_hex);
	hex_encode(bytes_of(sealer->public_key, sizeof(sealer->public_key)), &key_hex);
	core_call(sealer->core, CALL_SEAL_PUT, NULL,
		json_pack("{s:O,s:s,s:s}", "seal_id", seal_id, "signature", buf_str(&signature_hex),
			"public_key", buf_str(&key_hex)),
		1, on_put, sealer); /* ends before the core does */
}

static void on_next(void *arg, const char *reply, const struct err *err)
{
	struct sealer *sealer = arg;

	sealer->is_asking = false;
	if (err) {
		log_err(err);
		return;
	}
	AUTO(json_decref) json_t *json = json_loads(reply, 0, NULL);
	const json_t *seals = json_object_get(json_object_get(json, "data"), "seals");
	size_t i;
	json_t *seal;

	json_array_foreach (seals, i, seal) {
		if (i < SEALER_SEALS_MAX)
			seal_sign(sealer, seal);
	}
}

static void on_timer(void *arg)
{
	struct sealer *sealer = arg;
	struct core *core = sealer->core;

	loop_timer_set(sealer->timer, (int64_t)core->config->seal_every_s * 1000);
	if (sealer->is_asking || !core->is_open || !db_is_up(core->db))
		return;
	sealer->is_asking = true;
	sealer->calls = 0;
	core_call(core, CALL_SEAL_NEXT, NULL, json_object(), 1, on_next,
		sealer); /* ends before the core does */
}

void sealer_count(struct core *core)
{
	if (core->sealer && ++core->sealer->calls == SEALER_CALLS)
		loop_timer_set(core->sealer->timer, 0);
}

bool sealer_new(struct core *core, struct sealer **out, struct err *err)
{
	struct sealer *sealer = xcalloc(1, sizeof(*sealer));

	if (!key_load(sealer, core->config->state_dir, err)) {
		sealer_free(sealer);
		return false;
	}
	sealer->core = core;
	sealer->timer = loop_add_timer(
		core->loop, (int64_t)core->config->seal_every_s * 1000, 0, on_timer, sealer);
	*out = sealer;
	return true;
}

void sealer_free(struct sealer *sealer)
{
	if (!sealer)
		return;
	loop_remove(sealer->timer);
	sodium_memzero(sealer->secret_key, sizeof(sealer->secret_key));
	free(sealer);
}
