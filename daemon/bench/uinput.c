/* Usages -> the kernel's keys. */
#include "daemon/bench/uinput.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/uinput.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "daemon/base/str.h"

#define PATH "/dev/uinput"

/* By usage; 0: no key of ours. 0x32 is where 0x31 is, on keyboards outside the US. */
static const uint8_t keys[] = {
	[0x04] = KEY_A,
	KEY_B,
	KEY_C,
	KEY_D,
	KEY_E,
	KEY_F,
	KEY_G,
	KEY_H,
	KEY_I,
	KEY_J,
	KEY_K,
	KEY_L,
	KEY_M,
	KEY_N,
	KEY_O,
	KEY_P,
	KEY_Q,
	KEY_R,
	KEY_S,
	KEY_T,
	KEY_U,
	KEY_V,
	KEY_W,
	KEY_X,
	KEY_Y,
	KEY_Z,
	[0x1E] = KEY_1,
	KEY_2,
	KEY_3,
	KEY_4,
	KEY_5,
	KEY_6,
	KEY_7,
	KEY_8,
	KEY_9,
	KEY_0,
	KEY_ENTER,
	[0x2B] = KEY_TAB,
	KEY_SPACE,
	KEY_MINUS,
	KEY_EQUAL,
	KEY_LEFTBRACE,
	KEY_RIGHTBRACE,
	KEY_BACKSLASH,
	KEY_BACKSLASH,
	KEY_SEMICOLON,
	KEY_APOSTROPHE,
	KEY_GRAVE,
	KEY_COMMA,
	KEY_DOT,
	KEY_SLASH,
	[0x64] = KEY_102ND,
	[0x87] = KEY_RO,
	[0x89] = KEY_YEN,
	[0xE1] = KEY_LEFTSHIFT,
	[0xE6] = KEY_RIGHTALT,
};

bool uinput_has_key(uint8_t usage)
{
	return usage < sizeof(keys) && keys[usage] != 0;
}

/* A desktop takes a device for a keyboard by its letters, digits, Enter and space bar. */
static bool device_make(int fd, const char *name)
{
	struct uinput_setup setup = { .id = { .bustype = BUS_VIRTUAL } };

	(void)str_copy(
		setup.name, sizeof(setup.name), name); /* ours; what is cut is a name still */
	if (ioctl(fd, UI_SET_EVBIT, EV_KEY) != 0 || ioctl(fd, UI_SET_EVBIT, EV_LED) != 0 ||
		ioctl(fd, UI_SET_LEDBIT, LED_CAPSL) != 0)
		return false;
	for (size_t i = 0; i < sizeof(keys); i++) {
		if (keys[i] != 0 && ioctl(fd, UI_SET_KEYBIT, keys[i]) != 0)
			return false;
	}
	return ioctl(fd, UI_DEV_SETUP, &setup) == 0 && ioctl(fd, UI_DEV_CREATE) == 0;
}

bool uinput_open(const char *name, int *out, struct err *err)
{
	int fd = open(PATH, O_RDWR | O_NONBLOCK | O_CLOEXEC);

	if (fd >= 0 && device_make(fd, name)) {
		*out = fd;
		return true;
	}
	(void)err_set_errno(err, "the keyboard that types for us cannot be made: %s", PATH);
	if (err)
		err->code = ERR_DEVICE_OFFLINE;
	if (fd >= 0)
		(void)close(fd); /* nothing can be done about it */
	return err_hint(err, "load the module uinput, and let the service open it: see "
			     "contrib/udev/README.md");
}

bool uinput_key(int fd, uint8_t usage, bool is_down)
{
	struct input_event events[] = {
		{ .type = EV_KEY, .code = keys[usage], .value = is_down },
		{ .type = EV_SYN, .code = SYN_REPORT },
	};
	ssize_t len = write(fd, events, sizeof(events));

	if (len >= 0 && (size_t)len < sizeof(events))
		errno = ENOSPC;
	return len == (ssize_t)sizeof(events);
}

bool uinput_read(int fd, bool *caps_lock)
{
	struct input_event event;
	ssize_t len;

	while ((len = read(fd, &event, sizeof(event))) == (ssize_t)sizeof(event)) {
		if (event.type == EV_LED && event.code == LED_CAPSL)
			*caps_lock = event.value != 0;
	}
	return len < 0 && (errno == EAGAIN || errno == EINTR);
}
