/* Shipped templates become versions. */
#include "daemon/cmd/ship.h"

#include <dirent.h>
#include <stdio.h>

#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"

#define ENDING ".json"

static int is_template(const struct dirent *entry)
{
	const size_t len = strlen(entry->d_name), ending_len = strlen(ENDING);

	return entry->d_name[0] != '.' && len > ending_len &&
	       str_equal(entry->d_name + len - ending_len, ENDING);
}

static bool text_read(const char *path, struct buf *out, struct err *err)
{
	FILE *file = fopen(path, "re");

	if (!file)
		return err_set_errno(err, "'%s'", path);
	const size_t len =
		fread(buf_grow(out, SHIP_TEMPLATE_MAX + 1), 1, SHIP_TEMPLATE_MAX + 1, file);
	bool ok = !ferror(file) && len <= SHIP_TEMPLATE_MAX;

	buf_cut(out, len);
	(void)fclose(file); /* it was only read */
	return (ok && strlen(buf_str(out)) == len) ||
	       err_set(err, ERR_IO, "'%s' is no text that can be read whole", path);
}

/* Says what became of it when a person may want to know; counts what is new. */
static void state_say(const char *name, const json_t *state, unsigned *new_count)
{
	const char *word = json_string_value(json_object_get(state, "state"));
	const json_int_t version = json_integer_value(json_object_get(state, "version"));

	*new_count += !str_equal(word, "kept");
	if (str_equal(word, "waits"))
		printf("template '%s': the release's is version %lld; version %lld of this site "
		       "stays live\n",
			name, (long long)version,
			(long long)json_integer_value(json_object_get(state, "live")));
}

static bool ship_one(
	PGconn *conn, const char *dir, const char *file, unsigned *new_count, struct err *err)
{
	AUTO(char_free) char *path = xasprintf("%s/%s", dir, file);
	AUTO(char_free)
	char *name = xasprintf("%.*s", (int)(strlen(file) - strlen(ENDING)), file);
	AUTO_BUF text = { 0 };
	AUTO(json_decref) json_t *state = NULL;

	if (!text_read(path, &text, err))
		return false;
	if (!pq_json(conn, "select clinic.template_ship($1, $2)::text", 2,
		    (const char *const[]) { name, buf_str(&text) }, &state, err))
		return err_wrap(err, "'%s'", path);
	state_say(name, state, new_count);
	return true;
}

bool ship_templates(PGconn *conn, const char *dir, struct err *err)
{
	struct dirent **entries;
	const int count = scandir(dir, &entries, is_template, alphasort);
	unsigned new_count = 0;
	bool ok = true;

	if (count < 0)
		return err_set_errno(err, "templates '%s'", dir);
	if (count == 0)
		ok = err_set(err, ERR_NOT_FOUND, "templates '%s': no template is there", dir);
	for (int i = 0; i < count; i++) {
		ok = ok && ship_one(conn, dir, entries[i]->d_name, &new_count, err);
		free(entries[i]);
	}
	free(entries);
	if (ok)
		printf("templates: %d shipped, %u of them new\n", count, new_count);
	return ok;
}
