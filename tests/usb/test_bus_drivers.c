/* tests/usb/bus_drivers: whose an interface is, and who touched a private device. */
#include "tests/usb/bus.h"

#include <errno.h>

#include "tests/check.h"
#include "tests/usb/bus_rig.h"
#include "tests/usb/model_other.h"

static void test_an_interface_belongs_to_one(void)
{
	begin();
	check_str(bus_driver(it.bus, 1, 0), "usblp");
	check_str(bus_driver(it.bus, 1, 1), "usbhid");
	check_str(bus_driver(it.bus, 1, 2), NULL);
	check_int(bus_claim(it.bus, 1, 0, "me"), -EBUSY);
	check_int(bus_driver_disconnect(it.bus, 1, 0), 0);
	check_int(bus_driver_disconnect(it.bus, 1, 0), -ENODATA);
	check_int(bus_claim(it.bus, 1, 0, "me"), 0);
	check_int(bus_claim(it.bus, 1, 0, "me"), 0);
	check_int(bus_claim(it.bus, 1, 0, "you"), -EBUSY);
	check_str(bus_driver(it.bus, 1, 0), "usbfs");
	check_int(bus_driver_connect(it.bus, 1, 0), -EBUSY);
	check_int(bus_release(it.bus, 1, 0, "you"), -EINVAL);
	check_int(bus_release(it.bus, 1, 0, "me"), 0);
	check_str(bus_driver(it.bus, 1, 0), NULL);
	check_int(bus_driver_connect(it.bus, 1, 0), 0);
	check_str(bus_driver(it.bus, 1, 0), "usblp");
	check_int(bus_claim(it.bus, 1, 7, "me"), -ENOENT);
	check_int(bus_claim(it.bus, 1, 200, "me"), -ENOENT);
	struct bus_record record = bus_record(it.bus, 1);

	check_int(record.claims, 1);
	check_int(record.disconnects, 1);
	end();
}

static void test_a_claim_that_just_ends_brings_no_driver_back(void)
{
	begin();
	check_int(bus_driver_disconnect(it.bus, 1, 1), 0);
	check_int(bus_claim(it.bus, 1, 1, "me"), 0);
	bus_release_all(it.bus, 1, "you");
	check(bus_is_claimed_by(it.bus, 1, 1, "me"));
	bus_release_all(it.bus, 1, "me");
	check_str(bus_driver(it.bus, 1, 1), NULL);
	check_str(bus_driver(it.bus, 1, 0), "usblp");
	end();
}

static void test_whoever_touches_a_private_device_is_seen(void)
{
	struct model *keyboard = model_keyboard_new();

	begin();
	bus_plug(it.bus, 2, keyboard);
	check_int(bus_claim(it.bus, 2, 0, "me"), -EBUSY);
	bus_opened(it.bus, 2);
	check_int(bus_record(it.bus, 2).opened, 1);
	check(!bus_private_touched(it.bus)); /* nothing has happened to it yet */
	check_int(bus_driver_disconnect(it.bus, 1, 0), 0);
	check(!bus_private_touched(it.bus)); /* not private */
	check_int(bus_driver_disconnect(it.bus, 2, 0), 0);
	check(bus_private_touched(it.bus));
	bus_unplug(it.bus, 2);
	check(bus_private_touched(it.bus)); /* it stays true */
	end();
	begin();
	bus_plug(it.bus, 2, keyboard);
	check(!bus_private_touched(it.bus));
	check_int(bus_reset(it.bus, 2), 0);
	check(bus_private_touched(it.bus));
	end();
	model_free(keyboard);
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_an_interface_belongs_to_one),
		CHECK_TEST(test_a_claim_that_just_ends_brings_no_driver_back),
		CHECK_TEST(test_whoever_touches_a_private_device_is_seen),
	};

	return check_run("usb/bus_drivers", tests, ARRAY_LEN(tests));
}
