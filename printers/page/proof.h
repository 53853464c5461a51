/*
 * The proof of a finished bitmap (LB-07): it is measured dot by dot against what was ordered, and
 * read by decoders that did not draw it.
 *
 * geometry_quiet     a black dot in a quiet zone
 * geometry_module    a bar edge or a Data Matrix cell that is not on whole modules
 * geometry_height    a row of the bars that differs from the first: bars broken across
 * decode_code128     libzbar does not read the ordered id from single rows spread over the bars, or
 * a module differs decode_datamatrix  libdmtx (correcting nothing) does not read the ordered id, or
 * a module differs text_ink           a text's dots are not that text's, or it has no ink; a rule
 * that is not black geometry_area      a black dot outside every box
 */
#ifndef SPECIMEND_PRINTERS_PAGE_PROOF_H
#define SPECIMEND_PRINTERS_PAGE_PROOF_H

#include "printers/page/decode.h"
#include "printers/page/plan.h"

/*
 * code_text     the id that the Code 128 must give back
 * matrix_text   the id that the Data Matrix must give back
 *
 * A plan that lacks a code which its template declares fails that decode (LB-11); every code that
 * it has is proved, declared or not. A turned code or text is cut out, turned back (turn.h) and
 * held to the same checks; columns and rows of its messages are then of the part turned back. The
 * two ids are also compared with each other: the same specimen, or the same text; both are "" only
 * where the template declares no code.
 */
MUST_CHECK bool page_prove(struct page_decoder *decoder, const struct page_plan *plan,
	const struct label_bitmap *bitmap, const char *code_text, const char *matrix_text,
	enum page_check *out_failed, struct err *err);

#endif
