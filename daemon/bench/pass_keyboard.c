/* A code -> strokes, each of them a few events. */
#include "daemon/bench/pass_keyboard.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "daemon/base/log.h"
#include "daemon/base/xalloc.h"
#include "daemon/bench/uinput.h"
#include "scanners/keyboard.h"

#define STROKES_MAX (PASS_TEXT_MAX + 1)
#define NAME_MAX_LEN 64

enum usage_of_modifier {
	USAGE_SHIFT = 0xE1,
	USAGE_ALTGR = 0xE6,
};

struct stroke {
	uint8_t usage;
	uint8_t modifier; /* enum usage_of_modifier, 0: none */
};

struct pass_sink {
	struct pass_setup setup;
	int fd; /* -1: there is no keyboard */
	int64_t made_ms;
	struct loop_handle *leds;
	struct loop_handle *timer;
	bool is_caps_lock;
	struct stroke strokes[STROKES_MAX];
	size_t count;
	size_t next;
	uint8_t held; /* the modifier that is down, 0: none */
};

static void keyboard_close(struct pass_sink *sink)
{
	loop_remove(sink->leds);
	sink->leds = NULL;
	if (sink->fd >= 0)
		(void)close(
			sink->fd); /* the kernel lets go what is down; nothing else can be done */
	sink->fd = -1;
	sink->is_caps_lock = false;
	sink->held = 0;
}

/* What the host says. */
static void on_leds(void *arg, unsigned events)
{
	struct pass_sink *sink = arg;

	if (!uinput_read(sink->fd, &sink->is_caps_lock) || events & LOOP_HANGUP)
		keyboard_close(sink);
}

static void keyboard_take(struct pass_sink *sink, int fd)
{
	struct err err = { 0 };

	sink->fd = fd;
	sink->made_ms = loop_now_ms(sink->setup.loop);
	sink->leds = loop_add_fd(sink->setup.loop, fd, LOOP_READ, on_leds, sink, &err);
	if (sink->leds)
		return;
	log_err(&err);
	keyboard_close(sink);
}

/* Makes the keyboard, if it can be. */
static bool keyboard_make(struct pass_sink *sink, struct err *err)
{
	char name[NAME_MAX_LEN];
	int fd;

	(void)snprintf(name, sizeof(name), "Specimend pass-through %" PRId64,
		sink->setup.entry->station_id); /* fits */
	if (!uinput_open(name, &fd, err))
		return false;
	keyboard_take(sink, fd);
	return true;
}

/* ---- typing ---- */

static bool stroke_set(const struct pass_sink *sink, char32_t character, struct stroke *out)
{
	unsigned modifiers;

	if (!keyboard_key(sink->setup.entry->keyboard, character, &out->usage, &modifiers) ||
		!uinput_has_key(out->usage))
		return false;
	out->modifier = modifiers & KEYBOARD_SHIFT ? USAGE_SHIFT : modifiers ? USAGE_ALTGR : 0;
	return true;
}

static bool strokes_set(struct pass_sink *sink, struct bytes text, struct err *err)
{
	sink->count = 0;
	sink->next = 0;
	for (size_t i = 0; i < text.len; i++) {
		if (!stroke_set(sink, text.data[i], &sink->strokes[sink->count++]))
			return err_set(err, ERR_INVALID,
				"character '%c' has no key of its own on a keyboard '%s'",
				text.data[i], sink->setup.entry->keyboard->name);
	}
	if (sink->setup.entry->terminator == SCAN_TERMINATOR_CR)
		sink->strokes[sink->count++] = (struct stroke) { .usage = KEY_ENTER };
	else if (sink->setup.entry->terminator == SCAN_TERMINATOR_TAB)
		sink->strokes[sink->count++] = (struct stroke) { .usage = KEY_TAB };
	return true;
}

static bool modifier_hold(struct pass_sink *sink, uint8_t modifier)
{
	if (sink->held == modifier)
		return true;
	if (sink->held && !uinput_key(sink->fd, sink->held, false))
		return false;
	sink->held = 0;
	if (modifier && !uinput_key(sink->fd, modifier, true))
		return false;
	sink->held = modifier;
	return true;
}

static bool stroke_type(struct pass_sink *sink, struct stroke stroke)
{
	return modifier_hold(sink, stroke.modifier) && uinput_key(sink->fd, stroke.usage, true) &&
	       uinput_key(sink->fd, stroke.usage, false);
}

static void typed(struct pass_sink *sink, const struct err *err)
{
	sink->count = 0;
	if (err)
		keyboard_close(sink);
	sink->setup.given(sink->setup.arg, err);
}

static void on_timer(void *arg)
{
	struct pass_sink *sink = arg;
	struct err err = { 0 };
	bool is_over = sink->next == sink->count;

	if (sink->fd >= 0 && is_over && modifier_hold(sink, 0)) {
		typed(sink, NULL);
		return;
	}
	if (sink->fd >= 0 && !is_over && stroke_type(sink, sink->strokes[sink->next])) {
		sink->next++;
		loop_timer_set(sink->timer, PASS_KEY_MS);
		return;
	}
	(void)err_set(&err, ERR_IO, "only a part of the code could be typed");
	typed(sink, &err);
}

static bool keyboard_give(struct pass_sink *sink, struct bytes text, struct err *err)
{
	bool was_there = sink->fd >= 0;

	if (!strokes_set(sink, text, err) || (!was_there && !keyboard_make(sink, err)))
		return false;
	if (!was_there || loop_now_ms(sink->setup.loop) - sink->made_ms < PASS_KEYBOARD_NEW_MS)
		return err_set(err, ERR_BUSY, "the keyboard that types for us was made just now");
	if (sink->is_caps_lock) {
		(void)err_set(err, ERR_CONFLICT, "Caps Lock is on");
		return err_hint(err, "switch it off");
	}
	loop_timer_set(sink->timer, 0);
	return true;
}

/* ---- life ---- */

struct pass_sink *pass_keyboard_over(const struct pass_setup *setup, int fd)
{
	struct pass_sink *sink = xcalloc(1, sizeof(*sink));

	sink->setup = *setup;
	sink->fd = -1;
	sink->timer = loop_add_timer(setup->loop, -1, 0, on_timer, sink);
	if (fd >= 0)
		keyboard_take(sink, fd);
	return sink;
}

static struct pass_sink *keyboard_open(const struct pass_setup *setup)
{
	struct pass_sink *sink = pass_keyboard_over(setup, -1);
	struct err err = { 0 };

	if (!keyboard_make(sink, &err))
		log_warning("%s (%s)", err.message, err.hint);
	return sink;
}

static void sink_close(struct pass_sink *sink)
{
	if (sink->fd >= 0)
		(void)modifier_hold(sink, 0); /* closing lets it go too */
	keyboard_close(sink);
	loop_remove(sink->timer);
	free(sink);
}

const struct pass_way pass_way_keyboard = {
	.name = "keyboard",
	.has_keyboard = true,
	.terminators =
		1u << SCAN_TERMINATOR_CR | 1u << SCAN_TERMINATOR_TAB | 1u << SCAN_TERMINATOR_NONE,
	.open = keyboard_open,
	.give = keyboard_give,
	.close = sink_close,
};
