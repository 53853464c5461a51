/*
 * What Zebra's two packet protocols share: numbers of code types, and of beeps.
 *
 * Source: tests/data/scanners/snapi-facts.txt and ssi-vectors.txt (public drivers that agree). A
 * code type does not say what is in the code besides its symbology: the identifier has the plain
 * modifier, unless the scanner is set to send identifiers (scanner_settings.has_aim).
 */
#ifndef SPECIMEND_SCANNERS_ZEBRA_H
#define SPECIMEND_SCANNERS_ZEBRA_H

#include "scanners/driver.h"

/* "" for a type that is not known: then the symbology is unknown. Static. */
const char *zebra_aim(unsigned code_type);

/* The identifier of what is being collected. */
void zebra_aim_set(struct scan_collector *collector, unsigned code_type);

/* The beep for a verdict, or -1: silence. */
int zebra_beep(enum scan_verdict verdict);

#endif
