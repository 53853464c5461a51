/* Pictures in a directory. */
#include "daemon/bench/tray.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/base/auto.h"
#include "daemon/base/str.h"
#include "daemon/base/xalloc.h"

static char *label_path_new(const char *dir, int64_t device_id, uint64_t number)
{
	return xasprintf("%s/%lld-%llu.png", dir, (long long)device_id, (unsigned long long)number);
}

/* The number in <prefix><number>.png, 0 when the name is not of that form. */
static uint64_t name_number(const char *name, const char *prefix)
{
	uint64_t number;

	if (!str_has_prefix(name, prefix))
		return 0;
	const char *digits = name + strlen(prefix);
	size_t len = strspn(digits, "0123456789");

	if (!str_equal(digits + len, ".png") ||
		!uint_parse(bytes_of(digits, len), 1, INT64_MAX, &number, NULL))
		return 0;
	return number;
}

bool tray_last(const char *dir, int64_t device_id, uint64_t *out_number, struct err *err)
{
	AUTO(char_free) char *prefix = xasprintf("%lld-", (long long)device_id);
	uint64_t last = 0;

	if (mkdir(dir, 0700) != 0 && errno != EEXIST)
		return err_set_errno(err, "tray '%s'", dir);
	DIR *in = opendir(dir);

	if (!in)
		return err_set_errno(err, "tray '%s'", dir);
	for (const struct dirent *entry = readdir(in); entry; entry = readdir(in)) {
		uint64_t number = name_number(entry->d_name, prefix);

		if (number > last)
			last = number;
	}
	closedir(in);
	*out_number = last;
	return true;
}

bool tray_name(const char *dir, char out[TRAY_NAME_MAX + 1], struct err *err)
{
	struct stat stat_of;

	if (stat(dir, &stat_of) != 0)
		return err_set_errno(err, "tray '%s'", dir);
	(void)snprintf(out, TRAY_NAME_MAX + 1, "%llu:%llu", (unsigned long long)stat_of.st_dev,
		(unsigned long long)stat_of.st_ino); /* fits: twice 20 digits */
	return true;
}

static bool file_write(const char *path, struct bytes bytes, struct err *err)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);

	if (fd < 0)
		return err_set_errno(err, "label '%s'", path);
	bool good = write(fd, bytes.data, bytes.len) == (ssize_t)bytes.len ||
		    err_set_errno(err, "label '%s'", path);

	if (close(fd) != 0 && good)
		return err_set_errno(err, "label '%s'", path);
	return good;
}

bool tray_put(
	const char *dir, int64_t device_id, uint64_t number, struct bytes png, struct err *err)
{
	AUTO(char_free) char *path = label_path_new(dir, device_id, number);
	AUTO(char_free) char *half = xasprintf("%s/%lld.half", dir, (long long)device_id);

	if (!file_write(half, png, err))
		return false;
	if (rename(half, path) != 0)
		return err_set_errno(err, "label '%s'", path);
	if (number > TRAY_LABELS_MAX) {
		AUTO(char_free)
		char *old = label_path_new(dir, device_id, number - TRAY_LABELS_MAX);

		(void)unlink(old); /* the first labels have none before them */
	}
	return true;
}
