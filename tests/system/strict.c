/* By udevadm, as an administrator does it; the guest is a chroot, in which it does nothing unasked.
 */
#include "tests/system/strict.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>

#define RULES "/run/udev/rules.d/72-specimend-strict.rules"
#define BUSES "/sys/bus/usb/devices/usb*/interface_authorized_default"

static bool shell(const char *command)
{
	return system(command) == 0; /* NOLINT: words of this file */
}

bool strict_begin(void)
{
	return shell("mkdir -p /run/udev/rules.d && "
		     "cp \"$srcdir/contrib/udev/72-specimend-strict.rules\" " RULES) &&
	       shell("export SYSTEMD_IGNORE_CHROOT=1; udevadm control --reload && udevadm trigger "
		     "--subsystem-match=usb && "
		     "udevadm settle --timeout=30");
}

bool strict_is_on(void)
{
	glob_t found;
	size_t strict = 0;

	if (glob(BUSES, 0, NULL, &found) != 0)
		return false;
	for (size_t i = 0; i < found.gl_pathc; i++) {
		FILE *file = fopen(found.gl_pathv[i], "r");

		strict += file && fgetc(file) == '0';
		if (file)
			(void)fclose(file);
	}
	bool is_on = strict == found.gl_pathc;

	globfree(&found);
	return is_on;
}

void strict_end(void)
{
	(void)shell("rm -f " RULES " && SYSTEMD_IGNORE_CHROOT=1 udevadm control --reload");
	(void)shell("for bus in " BUSES "; do echo 1 >$bus; done");
}
