/*
 * What a configuration code may make of a scanner of HID POS (model_hid_pos.h, the Honeywell
 * layout): one that plays a keyboard too, by an interface of its own, or nothing but a keyboard.
 * Its ids and its serial number stay. The descriptors are made up.
 */
#ifndef SPECIMEND_TESTS_USB_MODEL_COMPOSITE_H
#define SPECIMEND_TESTS_USB_MODEL_COMPOSITE_H

#include "tests/usb/model_hid_pos.h"

#define MODEL_COMPOSITE_KEYS_IN 0x83
#define MODEL_COMPOSITE_SCANNER 0 /* its interfaces */
#define MODEL_COMPOSITE_KEYBOARD 1

/* Not while it is plugged in. */
void model_composite_make(struct model_hid_pos *scanner); /* both */
void model_composite_make_keyboard(struct model_hid_pos *scanner);

/* The key "1", down and up, by the keyboard. False when the host does not fetch it. */
MUST_CHECK bool model_composite_type(struct model_hid_pos *scanner);

/* Bytes of keys that nobody has fetched. */
size_t model_composite_unread(const struct model_hid_pos *scanner);

#endif
