/* The name of one stay of a device. */
#include "daemon/bench/usb/plug.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "daemon/base/str.h"

static bool is_boot_id(const char *text)
{
	return text[strspn(text, "0123456789abcdef-")] == '\0';
}

bool usb_boot_id_read(const char *path, char out[USB_BOOT_ID_LEN + 1], struct err *err)
{
	char text[USB_BOOT_ID_LEN + 1] = "";
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return err_set_errno(err, "the kernel's boot id '%s'", path);
	ssize_t got = read(fd, text, USB_BOOT_ID_LEN);

	close(fd);
	if (got != USB_BOOT_ID_LEN || !is_boot_id(text))
		return err_set(err, ERR_IO, "the kernel's boot id '%s' is none", path);
	memcpy(out, text, sizeof(text));
	return true;
}

void usb_plug_text(
	const char *boot_id, const struct usb_found *found, char out[TRANSPORT_PLUG_MAX + 1])
{
	out[0] = '\0';
	if (boot_id[0] == '\0')
		return;
	(void)snprintf(out, TRANSPORT_PLUG_MAX + 1, "usb %s %u.%u %04x:%04x %s", boot_id,
		found->bus, found->address, found->descriptors.vendor, found->descriptors.product,
		found->serial); /* fits: 36 + 3 + 3 + 9 + USB_SERIAL_MAX and blanks */
}
