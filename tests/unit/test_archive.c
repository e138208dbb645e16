/* Archives: there and back, and what hostile ones come to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <zlib.h>

#include "dacache/store/archive.h"

enum { BLOCK = 512 };

static void add(struct archive *archive, const char *name, const char *text)
{
	struct buf data;

	buf_init(&data, 100000);
	buf_puts(&data, text);
	assert_int_equal(archive_add(archive, name, &data), ERR_OK);
	buf_free(&data);
}

static void pack(struct buf *out)
{
	struct archive archive;

	archive_init(&archive);
	add(&archive, "manifest.json", "{}");
	add(&archive, "empty.txt", "");
	add(&archive, "a-1.json", "[1]");
	buf_init(out, 100000);
	assert_int_equal(archive_pack(&archive, "folder", 1763799600000000, out, NULL), ERR_OK);
	archive_clear(&archive);
}

static void what_was_packed_comes_back(void **state)
{
	struct archive archive;
	struct buf packed;

	(void)state;
	pack(&packed);
	assert_int_equal(archive_unpack(packed.data, packed.len, &archive, NULL), ERR_OK);
	assert_int_equal(archive.files.len, 3);
	assert_string_equal(archive_find(&archive, "manifest.json")->data, "{}");
	assert_string_equal(archive_find(&archive, "a-1.json")->data, "[1]");
	assert_int_equal(archive_find(&archive, "empty.txt")->len, 0);
	assert_null(archive_find(&archive, "none"));
	archive_clear(&archive);
	buf_free(&packed);
}

static void names_are_plain(void **state)
{
	static const char *const names[] = {"",    "../x", "a/b", ".x",      "A",
					    "a b", "-x",   "a\n", "\xc3\xa9"};
	struct archive archive;
	struct buf data;

	(void)state;
	archive_init(&archive);
	buf_init(&data, 10);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		assert_int_equal(archive_add(&archive, names[i], &data), ERR_INVALID);
	archive_clear(&archive);
}

static void no_part_is_taken_for_the_whole(void **state)
{
	struct buf packed;

	(void)state;
	pack(&packed);
	for (size_t len = 0; len < packed.len; len++) {
		struct archive archive;
		struct err err;

		assert_int_equal(archive_unpack(packed.data, len, &archive, &err), ERR_PARSE);
		assert_int_equal(archive.files.len, 0);
	}
	buf_free(&packed);
}

/* A bit that gzip has no use for may change; what is in the files may not. */
static void a_changed_byte_changes_no_file(void **state)
{
	struct archive archive;
	struct buf packed;
	size_t taken = 0;

	(void)state;
	pack(&packed);
	for (size_t i = 0; i < packed.len; i++) {
		packed.data[i] ^= 0x10;
		if (archive_unpack(packed.data, packed.len, &archive, NULL) == ERR_OK) {
			assert_int_equal(archive.files.len, 3);
			assert_string_equal(archive_find(&archive, "manifest.json")->data, "{}");
			assert_string_equal(archive_find(&archive, "a-1.json")->data, "[1]");
			taken++;
		}
		archive_clear(&archive);
		packed.data[i] ^= 0x10;
	}
	assert_true(taken < 16);
	buf_putc(&packed, 'x');
	assert_int_equal(archive_unpack(packed.data, packed.len, &archive, NULL), ERR_PARSE);
	buf_free(&packed);
}

/* --- made by hand --- */

static void sum_up(unsigned char *header)
{
	unsigned sum = 0;
	char text[16];

	memset(header + 148, ' ', 8);
	for (int i = 0; i < BLOCK; i++)
		sum += header[i];
	snprintf(text, sizeof(text), "%06o", sum);
	memcpy(header + 148, text, 7);
}

static void make_header(unsigned char *header, const char *name, const char *size, char type)
{
	memset(header, 0, BLOCK);
	memcpy(header, name, strlen(name));
	memcpy(header + 124, size, strlen(size));
	header[156] = (unsigned char)type;
	memcpy(header + 257, "ustar\00000", 8);
	sum_up(header);
}

static enum err_code unpack_tar(const void *tar, size_t len, struct err *err)
{
	unsigned char packed[4096];
	z_stream stream = {.next_in = (unsigned char *)(uintptr_t)tar,
			   .avail_in = (uInt)len,
			   .next_out = packed,
			   .avail_out = sizeof(packed)};
	struct archive archive;
	enum err_code code;

	assert_int_equal(deflateInit2(&stream, 9, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
	assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
	code = archive_unpack(packed, stream.total_out, &archive, err);
	deflateEnd(&stream);
	archive_clear(&archive);
	return code;
}

static void paths_are_a_folder_and_a_name(void **state)
{
	static const char *const bad[] = {"../evil",   "/etc/passwd", "a/../evil", "a/b/c",
					  "a/.hidden", "evil",        "./evil",    "a/",
					  "a/b\\c",    "a/NAME"};
	unsigned char tar[3 * BLOCK] = "";
	struct err err;

	(void)state;
	make_header(tar, "a/good.json", "00000000000", '0');
	assert_int_equal(unpack_tar(tar, sizeof(tar), &err), ERR_OK);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		make_header(tar, bad[i], "00000000000", '0');
		assert_int_equal(unpack_tar(tar, sizeof(tar), &err), ERR_PARSE);
		assert_non_null(strstr(err.text, "more than a folder and a name"));
	}
	make_header(tar, "a/good.json", "00000000000", '0');
	tar[345] = 'x'; /* a prefix */
	sum_up(tar);
	assert_int_equal(unpack_tar(tar, sizeof(tar), &err), ERR_PARSE);
}

static void links_and_devices_are_refused(void **state)
{
	static const char types[] = "123456789gxLK";
	unsigned char tar[3 * BLOCK] = "";
	struct err err;

	(void)state;
	for (size_t i = 0; types[i]; i++) {
		make_header(tar, "a/good.json", "00000000000", types[i]);
		assert_int_equal(unpack_tar(tar, sizeof(tar), &err), ERR_PARSE);
		assert_non_null(strstr(err.text, "regular files"));
	}
}

static void sizes_are_believed_nothing(void **state)
{
	static const char *const bad[] = {
		"77777777777", "00000004000", "\x80garbage", "-0000000001", "",
		"8",           "000000000000"};
	unsigned char tar[3 * BLOCK] = "";
	struct err err;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		make_header(tar, "a/good.json", bad[i], '0');
		assert_int_equal(unpack_tar(tar, sizeof(tar), &err), ERR_PARSE);
	}
	make_header(tar, "a/good.json", "00000000000", '0');
	tar[0] = 'b'; /* the checksum is another now */
	assert_int_equal(unpack_tar(tar, sizeof(tar), &err), ERR_PARSE);
	make_header(tar, "a/good.json", "00000000000", '0');
	make_header(tar + BLOCK, "b/good.json", "00000000000", '0');
	assert_int_equal(unpack_tar(tar, sizeof(tar), &err), ERR_PARSE);
	assert_non_null(strstr(err.text, "twice"));
}

/* A few hundred bytes that unpack to more than anyone wants. */
static void a_bomb_ends_at_the_limit(void **state)
{
	size_t size = (size_t)ARCHIVE_BYTES_MAX + 1;
	unsigned char *zeros = calloc(1, size);
	uLong most = compressBound(size);
	unsigned char *packed = malloc(most);
	z_stream stream = {.next_in = zeros, .avail_in = (uInt)size, .next_out = packed};
	struct archive archive;
	struct err err;

	(void)state;
	assert_non_null(zeros);
	assert_non_null(packed);
	stream.avail_out = (uInt)most;
	memset(zeros, 'x', size);
	assert_int_equal(deflateInit2(&stream, 1, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
	assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
	deflateEnd(&stream);
	free(zeros);
	assert_int_equal(archive_unpack(packed, stream.total_out, &archive, &err), ERR_LIMIT);
	assert_non_null(strstr(err.text, "128 MiB"));
	free(packed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_packed_comes_back),
		cmocka_unit_test(names_are_plain),
		cmocka_unit_test(no_part_is_taken_for_the_whole),
		cmocka_unit_test(a_changed_byte_changes_no_file),
		cmocka_unit_test(paths_are_a_folder_and_a_name),
		cmocka_unit_test(links_and_devices_are_refused),
		cmocka_unit_test(sizes_are_believed_nothing),
		cmocka_unit_test(a_bomb_ends_at_the_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
