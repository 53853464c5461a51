/*
 * ZPL back into dots: the reader (reader.h) of what encode.h writes.
 *
 * Known: ^XA ^XZ, ^FO0,y, ^GFA with :Z64: data or hexadecimal text (ascii_expand.h), ^FS,
 * ^PQ1,0,1,N, ^JZN and ^JZY, ~HS, ~HQES, ~JX, and ! U1 getvar "odometer.total_label_count". CR and
 * LF between commands are skipped. Strips of a label come from the top down without a gap. Sources:
 * encode.h, status.h; ~JX cancels only the format that is being received; a command that starts
 * with ~ is obeyed at once, inside a format too, where it cuts off the command before it (Zebra
 * "ZPL II Programming Guide" P1099958, ~JX and
 * "^GF": any caret or tilde aborts the download). A label is partial, as ~HS calls it, from ^XA to
 * ^XZ; text that is no command is refused run by run, as it comes.
 */
#ifndef SPECIMEND_PRINTERS_LANG_ZPL_EXPAND_H
#define SPECIMEND_PRINTERS_LANG_ZPL_EXPAND_H

#include "printers/lang/reader.h"

/* One command with its data: two digits for each of ZPL_GRAPHIC_BYTES_MAX bytes, and room. */
#define ZPL_COMMAND_MAX 200100u

extern const struct printer_reader_class zpl_reader_class;

#endif
