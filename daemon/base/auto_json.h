/* AUTO(json_decref) json_t *x = ...; for those who use jansson. */
#ifndef SPECIMEND_BASE_AUTO_JSON_H
#define SPECIMEND_BASE_AUTO_JSON_H

#include <jansson.h>

#include "daemon/base/auto.h"

DEFINE_AUTO(json_t, json_decref)

#endif
