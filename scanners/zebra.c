/* Numbers, as data. */
#include "scanners/zebra.h"

#define BEEP_SHORT_HIGH 0
#define BEEP_LONG_LOW 15
#define BEEP_NONE (-1)

static const struct {
	unsigned code_type;
	const char *aim;
} types[] = {
	{ 0x01, "]A0" }, /* Code 39 */
	{ 0x02, "]F0" }, /* Codabar */
	{ 0x03, "]C0" }, /* Code 128 */
	{ 0x06, "]I0" }, /* Interleaved 2 of 5 */
	{ 0x07, "]G0" }, /* Code 93 */
	{ 0x08, "]E0" }, /* UPC-A */
	{ 0x0A, "]E4" }, /* EAN-8 */
	{ 0x0B, "]E0" }, /* EAN-13 */
	{ 0x0F, "]C1" }, /* GS1-128 */
	{ 0x11, "]L0" }, /* PDF417 */
	{ 0x19, "]C0" }, /* ISBT 128 */
	{ 0x1A, "]L3" }, /* MicroPDF417 */
	{ 0x1B, "]d1" }, /* Data Matrix */
	{ 0x1C, "]Q1" }, /* QR */
	{ 0x21, "]C4" }, /* ISBT 128, concatenated */
	{ 0x2D, "]z0" }, /* Aztec */
	{ 0x30, "]e0" }, /* GS1 DataBar */
	{ 0x31, "]e0" }, /* Limited */
	{ 0x32, "]e0" }, /* Expanded */
};

const char *zebra_aim(unsigned code_type)
{
	for (size_t i = 0; i < ARRAY_LEN(types); i++) {
		if (types[i].code_type == code_type)
			return types[i].aim;
	}
	return "";
}

void zebra_aim_set(struct scan_collector *collector, unsigned code_type)
{
	const char *aim = zebra_aim(code_type);

	memset(collector->aim, 0, sizeof(collector->aim));
	memcpy(collector->aim, aim, strlen(aim));
}

int zebra_beep(enum scan_verdict verdict)
{
	static const int beeps[] = {
		[SCAN_SOUND_NONE] = BEEP_NONE,
		[SCAN_SOUND_GOOD] = BEEP_SHORT_HIGH,
		[SCAN_SOUND_BAD] = BEEP_LONG_LOW,
	};

	return beeps[scan_verdict_sound(verdict)];
}
