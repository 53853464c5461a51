/* All templates of a directory. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "daemon/base/auto.h"
#include "daemon/base/buf.h"
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "printers/page/template_read.h"

DEFINE_AUTO(struct page_templates, page_templates_free)

#define ENDING ".json"

struct page_templates {
	struct page_template *row[PAGE_TEMPLATES_MAX]; /* in order of their files' names */
	size_t count;
};

void page_templates_free(struct page_templates *templates)
{
	if (!templates)
		return;
	for (size_t i = 0; i < templates->count; i++)
		page_template_free(templates->row[i]);
	free(templates);
}

const struct page_template *page_templates_at(const struct page_templates *templates, size_t index)
{
	return index < templates->count ? templates->row[index] : NULL;
}

const struct page_template *page_templates_find(
	const struct page_templates *templates, const char *name)
{
	for (size_t i = 0; i < templates->count; i++) {
		if (str_equal(templates->row[i]->name, name))
			return templates->row[i];
	}
	return NULL;
}

static bool file_read(const char *path, struct buf *out, struct err *err)
{
	FILE *file = fopen(path, "re");

	if (!file)
		return err_set_errno(err, "'%s'", path);
	/* one more than a template may have, so that a larger one is told from a whole one */
	const size_t len = fread(
		buf_grow(out, PAGE_TEMPLATE_BYTES_MAX + 1), 1, PAGE_TEMPLATE_BYTES_MAX + 1, file);
	const bool ok = !ferror(file);

	buf_cut(out, len);
	(void)fclose(file); /* it was only read */
	return ok || err_set(err, ERR_IO, "'%s' cannot be read", path);
}

static bool template_add(
	struct page_templates *templates, const char *dir, const char *name, struct err *err)
{
	AUTO(char_free) char *path = xasprintf("%s/%s", dir, name);
	AUTO_BUF file = { 0 };
	struct page_template *template = NULL;

	if (templates->count == PAGE_TEMPLATES_MAX)
		return err_set(err, ERR_INVALID, "'%s' holds more than %u templates", dir,
			PAGE_TEMPLATES_MAX);
	if (!file_read(path, &file, err))
		return false;
	if (!page_template_read(&template, buf_bytes(&file), err))
		return err_wrap(err, "template '%s'", name);
	templates->row[templates->count++] = template;
	if (!str_has_prefix(name, template->name) ||
		!str_equal(name + strlen(template->name), ENDING))
		return err_set(err, ERR_INVALID, "template '%s': name: is not the file's", name);
	return true;
}

static int is_template(const struct dirent *entry)
{
	const size_t len = strlen(entry->d_name), ending_len = strlen(ENDING);

	return entry->d_name[0] != '.' && len > ending_len &&
	       str_equal(entry->d_name + len - ending_len, ENDING);
}

bool page_templates_load(struct page_templates **out, const char *dir, struct err *err)
{
	struct dirent **entries;
	const int count = scandir(dir, &entries, is_template, alphasort);
	bool ok = true;

	if (count < 0)
		return err_set_errno(err, "templates '%s'", dir);
	AUTO(page_templates_free)
	struct page_templates *templates = xcalloc(1, sizeof(*templates));

	if (count == 0)
		ok = err_set(err, ERR_NOT_FOUND, "templates '%s': no template is there", dir);
	for (int i = 0; i < count; i++) {
		ok = ok && template_add(templates, dir, entries[i]->d_name, err);
		free(entries[i]);
	}
	free(entries);
	if (ok)
		*out = TAKE(templates);
	return ok;
}
