/* An input device that is read. */
#include "tests/system/typist.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <linux/input.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "daemon/base/buf.h"
#include "daemon/base/str.h"

#define OUR_KEYBOARD "Specimend pass-through 1"

static int typist = -1;
static struct buf typed;

bool typist_is_here(void)
{
	glob_t found;

	if (glob("/dev/input/event*", 0, NULL, &found) != 0)
		return false;
	for (size_t i = 0; i < found.gl_pathc && typist < 0; i++) {
		char name[128] = "";
		int fd = open(found.gl_pathv[i], O_RDONLY | O_NONBLOCK | O_CLOEXEC);

		if (fd >= 0 && ioctl(fd, EVIOCGNAME(sizeof(name)), name) > 0 &&
			str_equal(name, OUR_KEYBOARD))
			typist = fd;
		else if (fd >= 0)
			(void)close(fd);
	}
	globfree(&found);
	return typist >= 0;
}

bool typist_read(void)
{
	static const char digits[] = "1234567890";
	struct input_event event;
	ssize_t len;

	while ((len = read(typist, &event, sizeof(event))) == (ssize_t)sizeof(event)) {
		if (event.type != EV_KEY || event.value != 1)
			continue;
		if (event.code >= KEY_1 && event.code <= KEY_0)
			buf_add_byte(&typed, (uint8_t)digits[event.code - KEY_1]);
		else
			buf_add_byte(&typed, event.code == KEY_ENTER ? '\n' : '?');
	}
	return len < 0 && errno == EAGAIN;
}

const char *typist_typed(void)
{
	return buf_str(&typed);
}

void typist_forget(void)
{
	buf_reset(&typed);
}

void typist_close(void)
{
	(void)close(typist);
	typist = -1;
	buf_done(&typed);
}
