/* A label's dots as a PNG. libpng reports errors by longjmp: all state lives in struct writer. */
#include "printers/bitmap_png.h"

#include <png.h>
#include <setjmp.h>
#include <stdlib.h>

struct writer {
	png_structp png;
	png_infop info;
	struct buf *out;
	char message[120];
	jmp_buf failed;
};

static void on_error(png_structp png, png_const_charp message)
{
	struct writer *writer = png_get_error_ptr(png);

	strncpy(writer->message, message, sizeof(writer->message) - 1);
	longjmp(writer->failed, 1);
}

static void on_warning(png_structp png, png_const_charp message)
{
	/* a warning leaves a readable picture, and libraries do not log */
	(void)png;
	(void)message;
}

static void on_write(png_structp png, png_bytep data, png_size_t len)
{
	struct writer *writer = png_get_io_ptr(png);

	buf_add_mem(writer->out, data, len);
}

static void write_all(struct writer *writer, const struct label_bitmap *bitmap, unsigned dots_per_m)
{
	png_set_write_fn(writer->png, writer, on_write, NULL);
	png_set_IHDR(writer->png, writer->info, bitmap->width_dots, bitmap->height_dots, 1,
		PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
		PNG_FILTER_TYPE_DEFAULT);
	if (dots_per_m > 0)
		png_set_pHYs(
			writer->png, writer->info, dots_per_m, dots_per_m, PNG_RESOLUTION_METER);
	png_write_info(writer->png, writer->info);
	png_set_invert_mono(writer->png); /* PNG has 0 = black */
	for (unsigned y = 0; y < bitmap->height_dots; y++)
		png_write_row(writer->png, bitmap->data + y * bitmap->stride_bytes);
	png_write_end(writer->png, writer->info);
}

bool bitmap_png(
	const struct label_bitmap *bitmap, unsigned dots_per_m, struct buf *out, struct err *err)
{
	struct writer writer = { .out = out };
	const size_t len_before = out->len;

	if (setjmp(writer.failed)) {
		png_destroy_write_struct(&writer.png, &writer.info);
		out->len = len_before;
		return err_set(err, ERR_INTERNAL, "the label's picture cannot be written: %s",
			writer.message);
	}
	writer.png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &writer, on_error, on_warning);
	if (!writer.png)
		return err_set(err, ERR_INTERNAL, "the label's picture cannot be written");
	writer.info = png_create_info_struct(writer.png);
	if (!writer.info)
		png_error(writer.png, "no memory");
	write_all(&writer, bitmap, dots_per_m);
	png_destroy_write_struct(&writer.png, &writer.info);
	return true;
}
