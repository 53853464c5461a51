/* The one table of what HTTP serves (contrib/CONTRACTS.md 7). */
#ifndef SPECIMEND_CORE_ROUTES_H
#define SPECIMEND_CORE_ROUTES_H

#include "daemon/core/http.h"

extern const struct http_route routes[];
extern const size_t route_count;

#endif
