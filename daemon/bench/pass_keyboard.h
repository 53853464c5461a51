/*
 * Hands a code on as a keyboard of our own, made by the kernel (uinput), which types into whatever
 * window of this machine has the keyboard: the laboratory's system, if it is in front.
 *
 * It presses what a person in the host's country presses (keyboard_key); a code with a character
 * that no one key of that country gives is not begun, nor one while Caps Lock is on. The keyboard
 * is made when the station's pass-through is set up, since a desktop takes a moment to listen to a
 * new one.
 *
 * A key each PASS_KEY_MS, Shift held over a run of keys that need it: so 12 digits and Enter are at
 * most 56 events in all, and the kernel keeps 64 for a reader that is busy (events that do not fit
 * are lost, and a digit with them).
 *
 * Source: Linux drivers/input/evdev.c (EVDEV_BUF_PACKETS, EVDEV_MIN_BUFFER_SIZE 64),
 * drivers/input/input.c (input_estimate_events_per_packet).
 */
#ifndef SPECIMEND_BENCH_PASS_KEYBOARD_H
#define SPECIMEND_BENCH_PASS_KEYBOARD_H

#include "daemon/bench/pass.h"

#define PASS_KEY_MS 8
/* A desktop has seen a new keyboard by then (assumed). */
#define PASS_KEYBOARD_NEW_MS 1000

/* The same over what takes struct input_event and gives those of its LEDs: for tests. Takes fd;
 * -1: the keyboard could not be made. */
struct pass_sink *pass_keyboard_over(const struct pass_setup *setup, int fd);

#endif
