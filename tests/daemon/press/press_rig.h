/* A press at the end of a link, and what it is asked for in more than one test. */
#ifndef SPECIMEND_TESTS_PRESS_RIG_H
#define SPECIMEND_TESTS_PRESS_RIG_H

#include "daemon/press/press.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/base/auto.h"
#include "daemon/base/log.h"
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "daemon/press/pin.h"
#include "tests/check.h"
#include "tests/daemon/press/core_end.h"

static inline json_t *slip_new(const char *family)
{
	return json_pack("{s:s, s:s, s:s, s:i, s:i, s:i, s:{s:s, s:s, s:s, s:s, s:b}}", "do",
		"label", "template", "slip", "language", "zpl", "dpi", 203, "width_um", 50800,
		"height_um", 25400, "content", "slip", "V101000000158", "family", family, "given",
		"Grace", "patient_number", "00123456", "practice", false);
}

static inline struct press *press_beside(struct core_end *core)
{
	core_end_open(core);
	const struct link_setup setup = { .loop = core->loop,
		.path = core->path,
		.peer_uid = geteuid(),
		.start_id = core->start_id };
	struct press *press = press_new(&setup);
	AUTO(char_free) char *dir = check_path("printers/templates");
	struct err err = { 0 };

	check_ok(press_prepare(press, dir, &err), &err);
	check(core_end_wait(core, 0));
	check_str(link_peer_role(core->link), "press");
	return press;
}

static inline void press_end(struct press *press, struct core_end *core)
{
	press_free(press);
	core_end_close(core);
}

/* The text of a shipped template with one word of it replaced; "" changes nothing. Yours. */
static inline char *text_new(const char *name, const char *from, const char *to)
{
	AUTO(char_free) char *relative = xasprintf("printers/templates/%s.json", name);
	AUTO(char_free) char *path = check_path(relative);
	static char file[16384];
	FILE *in = fopen(path, "re");

	if (!in)
		return NULL;
	file[fread(file, 1, sizeof(file) - 1, in)] = 0;
	(void)fclose(in); /* it was only read */
	const char *at = strstr(file, from);

	check(at != NULL);
	return at ? xasprintf("%.*s%s%s", (int)(at - file), file, to, at + strlen(from)) : NULL;
}

static inline json_t *job_new(const char *what, const char *name, const char *text)
{
	return json_pack("{s:s, s:s, s:i, s:s, s:i}", "do", what, "template", name,
		"template_version", 3, "template_body", text, "dpi", 300);
}

#endif
