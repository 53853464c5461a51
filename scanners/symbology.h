/*
 * AIM symbology identifiers (ISO/IEC 15424): "]", a letter for the symbology, a modifier.
 * What a device does not say is unknown, never guessed.
 */
#ifndef SPECIMEND_SCANNERS_SYMBOLOGY_H
#define SPECIMEND_SCANNERS_SYMBOLOGY_H

#include "daemon/base/bytes.h"

/*
 * The name of a symbology: "Code 128", "Data Matrix", "GS1 Data Matrix" ... NULL when the text is
 * no AIM identifier that we know, and for what is not a bar code at all (]Z: answers to commands, a
 * keyboard).
 */
const char *symbology_name(const char *aim);

#endif
