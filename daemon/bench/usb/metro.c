/* Numbers of Metrologic's. */
#include "daemon/bench/usb/metro.h"

#define PRODUCT_ONE_WAY 0x0700
#define PRODUCT_TWO_WAY 0x0720
#define PRODUCT_MS7820 0x0730

bool metro_is(uint16_t vendor, uint16_t product)
{
	return vendor == 0x0c2e && (product == PRODUCT_ONE_WAY || product == PRODUCT_TWO_WAY ||
					   product == PRODUCT_MS7820);
}

bool metro_is_shut(uint16_t product)
{
	return product == PRODUCT_ONE_WAY;
}
