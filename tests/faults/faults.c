/* Each fault in a few lines; what is behind it is the fake bus (tests/usb/bus.h), the printer's
 * model, or the end of a process. */
#include "tests/faults/faults.h"

#define COUNTER_FAR 1000
#define COUNTER_BACK 500
/* A printer that is switched on: assumed; none is known to be faster. */
#define PATIENCE_STEPS 2000u /* until a label comes out, or none does */
#define BOOT_MS_MIN 1000
#define BOOT_MS_MORE 4000

uint32_t dice_roll(struct dice *dice, uint32_t below)
{
	/* xorshift64*, Marsaglia and Vigna */
	dice->state ^= dice->state >> 12;
	dice->state ^= dice->state << 25;
	dice->state ^= dice->state >> 27;
	return (uint32_t)((dice->state * 2685821657736338717u) >> 33) % below;
}

/* --- in the printer ----------------------------------------------------------- */

static void mode_set(struct rig *rig, enum fake_printer_mode mode, int labels_left)
{
	rig->mode = mode;
	(void)umock_begin(rig->umock);
	model_printer_set(rig_model(rig), mode, labels_left);
	umock_end(rig->umock);
}

static void none(struct rig *rig, struct dice *dice, size_t bytes)
{
	(void)rig;
	(void)dice;
	(void)bytes;
}

static void out_of_labels(struct rig *rig, struct dice *dice, size_t bytes)
{
	(void)dice;
	(void)bytes;
	mode_set(rig, FAKE_PRINTER_OUT_OF_LABELS, FAKE_PRINTER_ENDLESS);
}

static void roll_ends(struct rig *rig, struct dice *dice, size_t bytes)
{
	(void)bytes;
	/* what was wrong before stays so: no jam mends itself */
	mode_set(rig, rig->mode, 1 + (int)dice_roll(dice, 2));
}

static void head_open(struct rig *rig, struct dice *dice, size_t bytes)
{
	(void)dice;
	(void)bytes;
	mode_set(rig, FAKE_PRINTER_HEAD_OPEN, FAKE_PRINTER_ENDLESS);
}

static void paused(struct rig *rig, struct dice *dice, size_t bytes)
{
	(void)dice;
	(void)bytes;
	mode_set(rig, FAKE_PRINTER_PAUSED, FAKE_PRINTER_ENDLESS);
}

static void jam(struct rig *rig, struct dice *dice, size_t bytes)
{
	(void)dice;
	(void)bytes;
	mode_set(rig, FAKE_PRINTER_JAM, FAKE_PRINTER_ENDLESS);
}

static void silent(struct rig *rig, struct dice *dice, size_t bytes)
{
	(void)dice;
	(void)bytes;
	mode_set(rig, FAKE_PRINTER_SILENT, FAKE_PRINTER_ENDLESS);
}

static void lies(struct rig *rig, struct dice *dice, size_t bytes)
{
	(void)bytes;
	(void)umock_begin(rig->umock);
	model_printer_lie(rig_model(rig),
		(enum model_printer_lie)(1 + dice_roll(dice, MODEL_PRINTER_LIES - 1)),
		1 + dice_roll(dice, 12), dice_roll(dice, UINT32_MAX));
	umock_end(rig->umock);
}

/*
 * The counter of a printer that counts other things too, or was given another board. One that goes
 * back by just as many as come out in that moment is not among them: nothing could tell it.
 */
static void counter_jumps(struct rig *rig, struct dice *dice, size_t bytes)
{
	static const int jumps[] = { 1, 2, COUNTER_FAR, -COUNTER_BACK };
	const int jump = jumps[dice_roll(dice, ARRAY_LEN(jumps))];

	(void)bytes;
	(void)umock_begin(rig->umock);
	model_printer_set_counter(
		rig_model(rig), model_printer_counter(rig_model(rig)) + (uint64_t)(int64_t)jump);
	umock_end(rig->umock);
}

static void power_cycle(struct rig *rig, struct dice *dice, size_t bytes)
{
	(void)dice;
	(void)bytes;
	rig_unplug(rig);
	(void)umock_begin(rig->umock);
	model_printer_power_cycle(rig_model(rig));
	umock_end(rig->umock);
	rig_plug(rig, rig->model);
}

static void power_set(struct rig *rig, enum fake_printer_mode mode, size_t room)
{
	rig->mode = mode;
	(void)umock_begin(rig->umock);
	model_printer_power_cycle(rig_model(rig));
	model_printer_set(rig_model(rig), mode, FAKE_PRINTER_ENDLESS);
	model_printer_set_room(rig_model(rig), room);
	umock_end(rig->umock);
}

/*
 * Its USB chip lives on the cable's power, so no bus tells of it; but until it is up again it says
 * nothing. A label whose bytes wait in the cable then goes into a printer that has forgotten ^JZN:
 * so each says it itself.
 */
static void power_blinks(struct rig *rig, struct dice *dice, size_t bytes)
{
	const int64_t up_ms = rig_now_ms(rig) + BOOT_MS_MIN + dice_roll(dice, BOOT_MS_MORE);

	(void)bytes;
	power_set(rig, FAKE_PRINTER_SILENT, 0);
	while (rig_now_ms(rig) < up_ms)
		rig_step(rig);
	power_set(rig, FAKE_PRINTER_OK, SIZE_MAX);
}

static bool is_printing(struct rig *rig)
{
	(void)umock_begin(rig->umock);
	bool is_so = model_printer_is_printing(rig_model(rig));

	umock_end(rig->umock);
	return is_so;
}

/* Settings lost and, before anybody asked, the head opened in the middle of the next label. */
static void power_then_head(struct rig *rig, struct dice *dice, size_t bytes)
{
	power_cycle(rig, dice, bytes);
	for (unsigned steps = 0; steps < PATIENCE_STEPS && !is_printing(rig); steps++)
		rig_step(rig);
	for (unsigned steps = dice_roll(dice, 8); steps > 0; steps--)
		rig_step(rig);
	mode_set(rig, FAKE_PRINTER_HEAD_OPEN, FAKE_PRINTER_ENDLESS);
}

/* --- on the cable --------------------------------------------------------------- */

static void bus_fault(struct rig *rig, uint8_t endpoint, enum bus_fault fault, size_t after)
{
	bus_set_fault(umock_begin(rig->umock), RIG_PORT, endpoint, fault, after);
	umock_end(rig->umock);
}

static void pulled(struct rig *rig, struct dice *dice, size_t bytes)
{
	(void)dice;
	(void)bytes;
	rig_unplug(rig);
}

static void pulled_at_byte(struct rig *rig, struct dice *dice, size_t bytes)
{
	(void)dice;
	bus_fault(rig, MODEL_PRINTER_OUT, BUS_FAULT_UNPLUG, bytes);
}

static void pulled_in_answer(struct rig *rig, struct dice *dice, size_t bytes)
{
	(void)bytes;
	bus_fault(rig, MODEL_PRINTER_IN, BUS_FAULT_UNPLUG, dice_roll(dice, 200));
}

/* Another of the same name and count is there instead. */
static void exchanged(struct rig *rig, struct dice *dice, size_t bytes)
{
	const struct model_printer *old = rig_model(rig);

	(void)dice;
	(void)bytes;
	rig_unplug(rig);
	(void)umock_begin(rig->umock);
	model_printer_set_counter(
		rig->models[(rig->model + 1) % RIG_MODELS], model_printer_counter(old));
	umock_end(rig->umock);
	rig_plug(rig, (rig->model + 1) % RIG_MODELS);
}

static void stalled(struct rig *rig, struct dice *dice, size_t bytes)
{
	(void)dice;
	bus_fault(rig, MODEL_PRINTER_OUT, BUS_FAULT_STALL, bytes);
}

static void stalled_in_answer(struct rig *rig, struct dice *dice, size_t bytes)
{
	(void)bytes;
	bus_fault(rig, MODEL_PRINTER_IN, BUS_FAULT_STALL, dice_roll(dice, 200));
}

static void nak(struct rig *rig, struct dice *dice, size_t bytes)
{
	(void)dice;
	bus_fault(rig, MODEL_PRINTER_OUT, BUS_FAULT_NAK, bytes);
}

static void nak_in_answer(struct rig *rig, struct dice *dice, size_t bytes)
{
	(void)bytes;
	bus_fault(rig, MODEL_PRINTER_IN, BUS_FAULT_NAK, dice_roll(dice, 200));
}

/* It takes so many bytes more, and goes on when it is mended. */
static void holds_up(struct rig *rig, struct dice *dice, size_t bytes)
{
	(void)dice;
	(void)umock_begin(rig->umock);
	model_printer_set_room(rig_model(rig), bytes);
	umock_end(rig->umock);
}

static void noisy(struct rig *rig, struct dice *dice, size_t bytes)
{
	(void)dice;
	bus_fault(rig, MODEL_PRINTER_OUT, BUS_FAULT_ERROR, bytes);
}

static void noisy_in_answer(struct rig *rig, struct dice *dice, size_t bytes)
{
	static const enum bus_fault kinds[] = { BUS_FAULT_ERROR, BUS_FAULT_CUT, BUS_FAULT_BABBLE };

	(void)bytes;
	bus_fault(rig, MODEL_PRINTER_IN, kinds[dice_roll(dice, ARRAY_LEN(kinds))],
		dice_roll(dice, 100));
}

/* --- of the programs --------------------------------------------------------------- */

static void core_killed(struct rig *rig, struct dice *dice, size_t bytes)
{
	(void)dice;
	(void)bytes;
	rig_core_kill(rig);
}

/* It had read a result and not stored it: nothing was acknowledged. */
static void core_stuck_and_killed(struct rig *rig, struct dice *dice, size_t bytes)
{
	(void)bytes;
	rig->holds_acks = true;
	for (unsigned steps = dice_roll(dice, 60); steps > 0; steps--)
		rig_step(rig);
	rig_core_kill(rig);
	rig->holds_acks = false;
}

static void bench_killed(struct rig *rig, struct dice *dice, size_t bytes)
{
	(void)dice;
	(void)bytes;
	rig_bench_kill(rig);
}

static void both_killed(struct rig *rig, struct dice *dice, size_t bytes)
{
	(void)dice;
	(void)bytes;
	rig_bench_kill(rig);
	rig_core_kill(rig);
}

/* clang-format off */
const struct fault faults[] = {
	{ "none",              none,                  false },
	{ "out of labels",     out_of_labels,         false },
	{ "roll ends",         roll_ends,             false },
	{ "head open",         head_open,             false },
	{ "paused",            paused,                false },
	{ "jam",               jam,                   false },
	{ "silent",            silent,                false },
	{ "wrong status",      lies,                  false },
	{ "counter jumps",     counter_jumps,         false },
	{ "power cycle",       power_cycle,           false },
	{ "power blinks",      power_blinks,          false },
	{ "power, then head",  power_then_head,       false },
	{ "pulled",            pulled,                false },
	{ "pulled at byte",    pulled_at_byte,        true },
	{ "pulled in answer",  pulled_in_answer,      false },
	{ "exchanged",         exchanged,             false },
	{ "stall at byte",     stalled,               true },
	{ "stall in answer",   stalled_in_answer,     false },
	{ "NAK at byte",       nak,                   true },
	{ "NAK in answer",     nak_in_answer,         false },
	{ "full at byte",      holds_up,              true },
	{ "noise at byte",     noisy,                 true },
	{ "noise in answer",   noisy_in_answer,       false },
	{ "core killed",       core_killed,           false },
	{ "core stuck, killed", core_stuck_and_killed, false },
	{ "bench killed",      bench_killed,          false },
	{ "both killed",       both_killed,           false },
};
/* clang-format on */
const size_t fault_count = ARRAY_LEN(faults);

void faults_mend(struct rig *rig)
{
	if (!rig->listener)
		rig_core_start(rig);
	if (!rig->bench)
		rig_bench_start(rig);
	bus_fault(rig, MODEL_PRINTER_OUT, BUS_FAULT_NONE, 0);
	bus_fault(rig, MODEL_PRINTER_IN, BUS_FAULT_NONE, 0);
	bool is_gone = !bus_model(umock_begin(rig->umock), RIG_PORT);

	rig->mode = FAKE_PRINTER_OK;
	for (unsigned i = 0; i < RIG_MODELS; i++) {
		model_printer_lie(rig->models[i], MODEL_PRINTER_LIE_NONE, 0, 0);
		model_printer_set_room(rig->models[i], SIZE_MAX);
		model_printer_set(rig->models[i], FAKE_PRINTER_OK, FAKE_PRINTER_ENDLESS);
	}
	umock_end(rig->umock);
	if (is_gone)
		rig_plug(rig, rig->model);
}
