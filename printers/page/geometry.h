/*
 * The checks of a plan before it is drawn (LB-02 no clipping, LB-04): modules, quiet zones, bar
 * height, everything inside the printable area, nothing over anything else.
 */
#ifndef SPECIMEND_PRINTERS_PAGE_GEOMETRY_H
#define SPECIMEND_PRINTERS_PAGE_GEOMETRY_H

#include "printers/page/plan.h"

/* Source: contrib/DOMAIN.md LB-04 and the analyzer limits of its table 2.1 (XP-300, cobas p 512,
 * CAL-8000). */
#define PAGE_MODULE_UM_MIN 200u
#define PAGE_MODULE_UM_MAX 380u
#define PAGE_QUIET_UM_MIN 5000u
#define PAGE_QUIET_MODULES_MIN 10u
#define PAGE_BAR_HEIGHT_UM_MIN 10000u
/* ISO/IEC 16022 asks for one module of quiet zone; two is what decoders like. */
#define PAGE_MATRIX_QUIET_MODULES_MIN 2u
/* Stock that is sold as 25 x 51 mm is taken for 25.4 x 50.8 mm. */
#define PAGE_STOCK_TOLERANCE_UM 500u

/* Dots of quiet zone that the code must have on its left and right (and, a Data Matrix, all
 * around). */
unsigned page_quiet_dots(const struct page_plan *plan, const struct page_plan_code *code);

/* stock_*_um: the labels in the printer. Fails with one of the GEOMETRY checks or OVERLAP. */
MUST_CHECK bool page_geometry_check(const struct page_plan *plan, unsigned stock_width_um,
	unsigned stock_height_um, enum page_check *out_failed, struct err *err);

#endif
