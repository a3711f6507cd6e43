#include "test/unit/cvkit.h"

static const struct cvrow rows[] = {
	{ "png", "image/png", "\x89PNG\r\n\x1a\n"
	  "\0\0\0\x0dIHDR\0\0\0\x20\0\0\0\x10\x08\x06\0\0\0CRC1"
	  "\0\0\0\x04gAMA\0\0\xb1\x8f" "CRC2"
	  "\0\0\0\x09tEXtSoft\0abc\x1bX" "CRC", 70,
	  "Format: Portable Network Graphics\nSize: 32 x 16 px\n"
	  "Colours: RGB and alpha, 8 bits\nGamma: 0.45455\n"
	  "Soft: abc\\x1b\nBytes: 70\n" },
	{ "gif", "image/gif", "GIF89a\x02\0\x03\0\x80\x01\0\1\2\3\4\5\6"
	  "!\xfe\x02hi\0,\0\0\0\0\2\0\3\0\0\2\1\0\0;", 40,
	  "Format: Graphics Interchange Format\nVersion: 89a\n"
	  "Size: 2 x 3 px\nBackground: 1\nComment: hi\nFrames: 1\n"
	  "Bytes: 40\n" },
	{ "jpeg", "image/jpeg", "\xff\xd8\xff\xe0\0\x09JFIF\0\1\2"
	  "\xff\xfe\0\x05" "abc\xff\xc2\0\x08\x08\0\x10\0\x20\3\xff\xd9",
	  32, "Format: JPEG\nJFIF: 1.02\nComment: abc\n"
	  "Size: 32 x 16 px\nColours: 3 of 8 bits\nProgressive: yes\n"
	  "Bytes: 32\n" },
	{ "bmp", "image/bmp", "BM................\4\0\0\0\xfb\xff\xff\xff"
	  "\1\0\x18\0", 30, "Format: Windows Bitmap\nSize: 4 x 5 px\n"
	  "Colours: 24 bits\nBytes: 30\n" },
	{ "webp", "image/webp", "RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0"
	  "\x0f\0\0\x1f\0\0", 30, "Format: WebP\nCoding: extended\n"
	  "Size: 16 x 32 px\nBytes: 30\n" },
	{ "ico", "image/x-icon", "\0\0\1\0\1\0\x10\0\0\0\1\0\x20\0"
	  "\0\0\0\0\0\0\0\0", 22, "Format: Windows Icon\nImages: 1\n"
	  "Image 1: 16 x 256 px, 32 bits\nBytes: 22\n" },
	{ "unknown", "image/x", "hello", 0, NULL },
};

static void
test_rows(void **state)
{
	(void)state;
	cvkit_rows("image", rows, nitems(rows));
}

static void
test_priority(void **state)
{
	(void)state;
	assert_string_equal(cvkit_auto("image/png", SP("x")), "image");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_priority),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
