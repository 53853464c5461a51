/* Devices that are not ours: an ordinary keyboard that nobody may touch, and a memory stick. */
#ifndef SPECIMEND_TESTS_USB_MODEL_OTHER_H
#define SPECIMEND_TESTS_USB_MODEL_OTHER_H

#include "tests/usb/model.h"

/* 046d:c31c, a boot keyboard; its report descriptor is a Gryphon GD4400's in keyboard mode
 * (tests/data/scanners/ rd-keyboard-datalogic-gd4400-65.txt). Private: bus_private_touched tells
 * whoever claims it. */
struct model *model_keyboard_new(void);

/* 0781:5567, mass storage. Private too. */
struct model *model_stick_new(void);

#endif
