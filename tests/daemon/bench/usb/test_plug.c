/* daemon/bench/usb/plug: what tells one stay of a device from another. */
#include "daemon/bench/usb/plug.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/check.h"

#define BOOT "0f6a5d4e-2b1c-4d3e-8f90-a1b2c3d4e5f6"

static const struct usb_found found = {
	.place = "1-2.3",
	.bus = 1,
	.address = 7,
	.serial = "99J1",
	.descriptors = { .vendor = 0x0a5f, .product = 0x0080 },
};

static void test_the_plug_names_start_address_and_device(void)
{
	char plug[TRANSPORT_PLUG_MAX + 1];

	usb_plug_text(BOOT, &found, plug);
	check_str(plug, "usb " BOOT " 1.7 0a5f:0080 99J1");
}

static void test_whatever_is_another_has_another_plug(void)
{
	struct usb_found others[6];
	char plug[TRANSPORT_PLUG_MAX + 1];
	char other[TRANSPORT_PLUG_MAX + 1];

	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		others[i] = found;
	others[0].address = 8;
	others[1].bus = 2;
	others[2].descriptors.vendor = 0x0a60;
	others[3].descriptors.product = 0x0081;
	others[4].serial[3] = '2';
	others[5].serial[0] = '\0';
	usb_plug_text(BOOT, &found, plug);
	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		usb_plug_text(BOOT, &others[i], other);
		check(other[0] != '\0' && strcmp(other, plug) != 0);
	}
	usb_plug_text("1f6a5d4e-2b1c-4d3e-8f90-a1b2c3d4e5f6", &found, other);
	check(strcmp(other, plug) != 0);
}

static void test_the_longest_plug_fits(void)
{
	struct usb_found longest = found;
	char plug[TRANSPORT_PLUG_MAX + 1];

	longest.bus = 999;
	longest.address = 127;
	memset(longest.serial, 'x', USB_SERIAL_MAX);
	usb_plug_text(BOOT, &longest, plug);
	check_int(plug[strlen(plug) - 1], 'x');
	check_int(strlen(plug), strlen("usb " BOOT " 999.127 0a5f:0080 ") + USB_SERIAL_MAX);
}

static void test_without_the_start_nothing_tells(void)
{
	char plug[TRANSPORT_PLUG_MAX + 1] = "before";

	usb_plug_text("", &found, plug);
	check_str(plug, "");
}

static void test_the_kernel_has_a_boot_id(void)
{
	char first[USB_BOOT_ID_LEN + 1] = "";
	char second[USB_BOOT_ID_LEN + 1] = "";
	struct err err = { 0 };

	check_ok(usb_boot_id_read(USB_BOOT_ID, first, &err), &err);
	check_ok(usb_boot_id_read(USB_BOOT_ID, second, &err), &err);
	check_int(strlen(first), USB_BOOT_ID_LEN);
	check_str(second, first);
}

/* clang-format off */
static const struct {
	const char *text;
	bool is_one;
} boot_ids[] = {
	{ BOOT "\n", true },
	{ BOOT, true },
	{ "", false },
	{ "0f6a5d4e-2b1c-4d3e-8f90-a1b2c3d4e5f", false },
	{ "0f6a5d4e-2b1c-4d3e-8f90-a1b2c3d4e5f\n", false },
	{ "0f6a5d4e 2b1c-4d3e-8f90-a1b2c3d4e5f6", false },
	{ "0F6A5D4E-2B1C-4D3E-8F90-A1B2C3D4E5F6", false },
};
/* clang-format on */

static void test_what_is_no_boot_id_is_refused(void)
{
	char path[] = "/tmp/specimend-boot-XXXXXX";
	int fd = mkstemp(path);

	check(fd >= 0);
	for (size_t i = 0; i < ARRAY_LEN(boot_ids); i++) {
		char out[USB_BOOT_ID_LEN + 1] = "kept";
		size_t len = strlen(boot_ids[i].text);
		struct err err = { 0 };

		check_row(boot_ids[i].text);
		check_int(ftruncate(fd, 0), 0);
		check_int(pwrite(fd, boot_ids[i].text, len, 0), len);
		check_int(usb_boot_id_read(path, out, &err), boot_ids[i].is_one);
		check_str(out, boot_ids[i].is_one ? BOOT : "kept");
		if (!boot_ids[i].is_one)
			check_err(&err, ERR_IO, "boot id");
	}
	check_row(NULL);
	close(fd);
	check_int(unlink(path), 0);
}

static void test_a_kernel_that_hides_it_is_named(void)
{
	char out[USB_BOOT_ID_LEN + 1] = "";
	struct err err = { 0 };

	check(!usb_boot_id_read("/nowhere/boot_id", out, &err));
	check_contains(err.message, "the kernel's boot id '/nowhere/boot_id'");
	check_str(out, "");
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_the_plug_names_start_address_and_device),
		CHECK_TEST(test_whatever_is_another_has_another_plug),
		CHECK_TEST(test_the_longest_plug_fits),
		CHECK_TEST(test_without_the_start_nothing_tells),
		CHECK_TEST(test_the_kernel_has_a_boot_id),
		CHECK_TEST(test_what_is_no_boot_id_is_refused),
		CHECK_TEST(test_a_kernel_that_hides_it_is_named),
	};
	return check_run("daemon/bench/usb/plug", tests, ARRAY_LEN(tests));
}
