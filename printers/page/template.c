/* A template's memory. */
#include "printers/page/template.h"

#include <stdlib.h>

void page_template_free(struct page_template *template)
{
	if (!template)
		return;
	for (size_t i = 0; i < template->box_count; i++)
		free(template->boxes[i].words);
	free(template->boxes);
	free(template->name);
	free(template);
}
