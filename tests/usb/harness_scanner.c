/* What is done to scanners; what they were told. */
#include <unistd.h>

#include "daemon/base/str.h"
#include "tests/usb/harness_inside.h"

#define BEEPS_SHOWN 16u
#define BEEP_WAIT_MS_MAX 60000u
#define BEEP_LOOK_US 200 /* between two looks; times are the model's own */

bool harness_text_parse(const char *word, struct buf *out, struct err *err)
{
	for (; *word; word++) {
		if (*word != '%') {
			buf_add_byte(out, (uint8_t)*word);
			continue;
		}
		if (strlen(word) < 3)
			return err_set(err, ERR_INVALID, "'%%' wants two digits");
		if (!hex_decode(bytes_of(word + 1, 2), out, err))
			return false;
		word += 2;
	}
	return true;
}

/* scan NAME TEXT [AIM] */
bool harness_scanner_scan(struct harness_devices *devices, struct device *device,
	char *const *words, struct buf *answer, struct err *err)
{
	AUTO_BUF text = { 0 };

	if (!harness_text_parse(words[2], &text, err))
		return false;
	umock_begin(devices->umock);
	bool scanned = model_hid_pos_scan(
		device->scanner, buf_bytes(&text), words[3] ? words[3] : "", err);

	buf_addf(answer, " scanned=%lld", (long long)device->model->now_us);
	umock_end(devices->umock);
	return scanned;
}

/* report NAME HEX */
bool harness_scanner_report(struct harness_devices *devices, struct device *device,
	char *const *words, struct buf *answer, struct err *err)
{
	AUTO_BUF bytes = { 0 };

	(void)answer;
	if (!hex_decode(bytes_of_str(words[2]), &bytes, err))
		return false;
	umock_begin(devices->umock);
	bool taken = model_hid_pos_report(device->scanner, buf_bytes(&bytes));

	umock_end(devices->umock);
	return taken || err_set(err, ERR_BUSY, "the host does not fetch the reports");
}

const char *harness_sound_word(enum model_hid_pos_sound sound)
{
	static const char *const words[] = {
		[HID_POS_SOUND_NONE] = "other",
		[HID_POS_SOUND_GOOD] = "good",
		[HID_POS_SOUND_ERROR] = "error",
		[HID_POS_SOUND_UNKNOWN] = "unknown",
	};

	return words[sound];
}

/* beeps? NAME: how many, then the last ones as SOUND@MICROSECONDS */
bool harness_scanner_beeps(struct harness_devices *devices, struct device *device,
	char *const *words, struct buf *answer, struct err *err)
{
	(void)words;
	(void)err;
	umock_begin(devices->umock);
	size_t count = model_hid_pos_beep_count(device->scanner);

	buf_addf(answer, " %zu", count);
	for (size_t i = count > BEEPS_SHOWN ? count - BEEPS_SHOWN : 0; i < count; i++) {
		const struct model_hid_pos_beep *beep = model_hid_pos_beep(device->scanner, i);

		if (beep)
			buf_addf(answer, " %s@%lld", harness_sound_word(beep->sound),
				(long long)beep->at_us);
	}
	umock_end(devices->umock);
	return true;
}

/* fetched? NAME: when the host had the last report; 0: not yet */
bool harness_scanner_fetched(struct harness_devices *devices, struct device *device,
	char *const *words, struct buf *answer, struct err *err)
{
	(void)words;
	(void)err;
	umock_begin(devices->umock);
	buf_addf(answer, " %lld", (long long)model_hid_pos_fetched_us(device->scanner));
	umock_end(devices->umock);
	return true;
}

/* Waits for beep number `number`; false when it is late. */
static bool beep_wait(struct harness_devices *devices, struct device *device, size_t number,
	int64_t until_us, struct buf *answer)
{
	for (;;) {
		umock_begin(devices->umock);
		const struct model_hid_pos_beep *beep = model_hid_pos_beep(device->scanner, number);
		int64_t fetched_us = model_hid_pos_fetched_us(device->scanner);

		if (beep)
			buf_addf(answer, " fetched=%lld beep=%lld us=%lld sound=%s",
				(long long)fetched_us, (long long)beep->at_us,
				(long long)(beep->at_us - fetched_us),
				harness_sound_word(beep->sound));
		umock_end(devices->umock);
		if (beep || umock_now_us() >= until_us)
			return beep;
		usleep(BEEP_LOOK_US);
	}
}

/* scan_beep NAME TEXT AIM|- MS: a scan, and the wait for its sound */
bool harness_scanner_scan_beep(struct harness_devices *devices, struct device *device,
	char *const *words, struct buf *answer, struct err *err)
{
	char *const scan_words[] = { words[0], words[1], words[2],
		str_equal(words[3], "-") ? NULL : words[3] };
	uint64_t wait_ms;

	if (!harness_number(words[4], BEEP_WAIT_MS_MAX, &wait_ms, err))
		return false;
	umock_begin(devices->umock);
	size_t number = model_hid_pos_beep_count(device->scanner);

	umock_end(devices->umock);
	if (!harness_scanner_scan(devices, device, scan_words, answer, err))
		return false;
	if (beep_wait(devices, device, number, umock_now_us() + (int64_t)wait_ms * 1000, answer))
		return true;
	return err_set(err, ERR_TIMEOUT, "no beep");
}
