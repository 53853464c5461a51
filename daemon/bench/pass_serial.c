/*
 * Hands a code on over a serial line, as a scanner on it would: 9600 baud, 8 bits, no parity, no
 * flow control. The line is opened at the first code and kept; one that broke off is opened anew at
 * the next.
 *
 * Source: POSIX.1-2017, 11 (General Terminal Interface); Linux ioctl_tty(2).
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "daemon/base/buf.h"
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"
#include "daemon/bench/pass.h"

struct pass_sink {
	struct pass_setup setup;
	int fd; /* -1: not open */
	struct loop_handle *timer;
};

/*
 * Names of lines only: to open another device may do something (a watchdog's resets the machine).
 * /dev/specimend-: what a udev rule of the site calls one.
 */
static bool serial_target_is_valid(const char *target)
{
	static const char *const prefixes[] = { "/dev/ttyS", "/dev/ttyUSB", "/dev/ttyACM",
		"/dev/serial/by-id/", "/dev/serial/by-path/", "/dev/pts/", "/dev/specimend-" };

	for (const char *c = target; *c; c++) {
		if (!char_is_printable((unsigned char)*c))
			return false;
	}
	for (size_t i = 0; i < ARRAY_LEN(prefixes); i++) {
		if (str_has_prefix(target, prefixes[i]) && target[strlen(prefixes[i])] != '\0')
			return !strstr(target, "/.") && !strstr(target, "//");
	}
	return false;
}

static void line_close(struct pass_sink *sink)
{
	if (sink->fd < 0)
		return;
	(void)tcflush(sink->fd, TCOFLUSH); /* or close would wait for it; what failed is told */
	(void)close(sink->fd);             /* nothing can be done about it */
	sink->fd = -1;
}

static bool line_set_up(int fd)
{
	struct termios line;

	if (tcgetattr(fd, &line) != 0)
		return false;
	cfmakeraw(&line);
	line.c_cflag |= CLOCAL | CREAD;
	line.c_cflag &= ~(tcflag_t)(CRTSCTS | CSTOPB);
	return cfsetspeed(&line, B9600) == 0 && tcsetattr(fd, TCSANOW, &line) == 0 &&
	       ioctl(fd, TIOCEXCL) == 0;
}

static bool line_open(struct pass_sink *sink, struct err *err)
{
	sink->fd = open(sink->setup.entry->target, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (sink->fd >= 0 && line_set_up(sink->fd))
		return true;
	(void)err_set_errno(err, "the line '%s' cannot be used", sink->setup.entry->target);
	if (err)
		err->code = ERR_DEVICE_OFFLINE;
	line_close(sink);
	return err_hint(err, "look whether its cable is plugged in and the service may open it");
}

/* False with errno: not one byte was taken, or *is_part. */
static bool line_write(struct pass_sink *sink, struct bytes bytes, bool *is_part)
{
	ssize_t len = write(sink->fd, bytes.data, bytes.len);

	*is_part = len > 0 && (size_t)len < bytes.len;
	return len >= 0 && (size_t)len == bytes.len;
}

static bool serial_give(struct pass_sink *sink, struct bytes text, struct err *err)
{
	AUTO_BUF bytes = { 0 };
	bool is_part;

	buf_add(&bytes, text);
	buf_add_str(&bytes, pass_terminator_bytes(sink->setup.entry->terminator));
	if (sink->fd < 0 && !line_open(sink, err))
		return false;
	if (line_write(sink, buf_bytes(&bytes), &is_part)) {
		loop_timer_set(sink->timer, 0);
		return true;
	}
	if (is_part)
		(void)err_set(err, ERR_IO, "the line '%s' took only a part of the code",
			sink->setup.entry->target);
	else
		(void)err_set_errno(err, "the line '%s' takes nothing", sink->setup.entry->target);
	line_close(sink);
	return false;
}

static void on_timer(void *arg)
{
	struct pass_sink *sink = arg;

	sink->setup.given(sink->setup.arg, NULL);
}

static struct pass_sink *serial_open(const struct pass_setup *setup)
{
	struct pass_sink *sink = xcalloc(1, sizeof(*sink));

	sink->setup = *setup;
	sink->fd = -1;
	sink->timer = loop_add_timer(setup->loop, -1, 0, on_timer, sink);
	return sink;
}

static void serial_close(struct pass_sink *sink)
{
	line_close(sink);
	loop_remove(sink->timer);
	free(sink);
}

const struct pass_way pass_way_serial = {
	.name = "serial",
	.has_target = true,
	.terminators = 1u << SCAN_TERMINATOR_CR | 1u << SCAN_TERMINATOR_LF |
		       1u << SCAN_TERMINATOR_CR_LF | 1u << SCAN_TERMINATOR_TAB |
		       1u << SCAN_TERMINATOR_NONE,
	.target_is_valid = serial_target_is_valid,
	.open = serial_open,
	.give = serial_give,
	.close = serial_close,
};
