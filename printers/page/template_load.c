/* All templates of a directory. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "daemon/base/auto.h"
#include "daemon/base/buf.h"
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "printers/page/template_read.h"

DEFINE_AUTO(struct page_template, page_template_free)
DEFINE_AUTO(struct page_templates, page_templates_free)

#define ENDING ".json"

struct page_templates {
	struct page_template *row[PAGE_TEMPLATES_MAX]; /* in order of their files' names */
	size_t count;
	struct err fault[PAGE_TEMPLATES_MAX]; /* of files that were left out */
	size_t fault_count;
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

const struct err *page_templates_fault_at(const struct page_templates *templates, size_t index)
{
	return index < templates->fault_count ? &templates->fault[index] : NULL;
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
	AUTO(page_template_free) struct page_template *template = NULL;
	AUTO_BUF file = { 0 };

	if (templates->count == PAGE_TEMPLATES_MAX)
		return err_set(err, ERR_INVALID, "template '%s': there are %u already", name,
			PAGE_TEMPLATES_MAX);
	if (!file_read(path, &file, err))
		return false;
	if (!page_template_read(&template, buf_bytes(&file), err))
		return err_wrap(err, "template '%s'", name);
	if (!str_has_prefix(name, template->name) ||
		!str_equal(name + strlen(template->name), ENDING))
		return err_set(err, ERR_INVALID, "template '%s': name: is not the file's", name);
	templates->row[templates->count++] = TAKE(template);
	return true;
}

/* The first PAGE_TEMPLATES_MAX faults are kept; whoever mends those sees the next. */
static void file_take(struct page_templates *templates, const char *dir, const char *name)
{
	struct err fault = { 0 };

	if (!template_add(templates, dir, name, &fault) &&
		templates->fault_count < PAGE_TEMPLATES_MAX)
		templates->fault[templates->fault_count++] = fault;
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

	if (count < 0)
		return err_set_errno(err, "templates '%s'", dir);
	AUTO(page_templates_free)
	struct page_templates *templates = xcalloc(1, sizeof(*templates));

	for (int i = 0; i < count; i++) {
		file_take(templates, dir, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	if (templates->count == 0 && templates->fault_count > 0) {
		if (err)
			*err = templates->fault[0];
		return false;
	}
	if (templates->count == 0)
		return err_set(err, ERR_NOT_FOUND, "templates '%s': no template is there", dir);
	*out = TAKE(templates);
	return true;
}
