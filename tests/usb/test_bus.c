/* tests/usb/bus and the models: what they do without any host. */
#include "tests/usb/bus.h"

#include "tests/check.h"

static void test_an_empty_port_has_no_address(void)
{
	struct bus *bus = bus_new(2, NULL, NULL);

	check_int(bus_address(bus, 1), 0);
	bus_free(bus);
}

int main(void)
{
	static const struct check_test tests[] = {
		CHECK_TEST(test_an_empty_port_has_no_address),
	};
	return check_run("usb/bus", tests, ARRAY_LEN(tests));
}
