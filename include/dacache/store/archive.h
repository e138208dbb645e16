/* A few small files as one .tar.gz, in memory. What comes from outside is believed
 * nothing: the reader takes what the writer makes, and nothing else. */
#ifndef DACACHE_STORE_ARCHIVE_H
#define DACACHE_STORE_ARCHIVE_H

#include <stddef.h>
#include <stdint.h>

#include "dacache/base/buf.h"
#include "dacache/base/vec.h"

enum {
	ARCHIVE_NAME_SIZE = 64,
	ARCHIVE_FILES_MAX = 32,
	ARCHIVE_BYTES_MAX = 128 * 1024 * 1024 /* of all files together, unpacked */
};

struct archive_file {
	char name[ARCHIVE_NAME_SIZE];
	char *data; /* owned, with a NUL behind it */
	size_t len;
};

/* Of struct archive_file. */
struct archive {
	struct vec files;
};

void archive_init(struct archive *archive);
void archive_clear(struct archive *archive);
/* Takes the bytes of *data over, which is empty afterwards. Names are a-z, 0-9, '-' and
 * '.', not first: ERR_INVALID. */
enum err_code archive_add(struct archive *archive, const char *name, struct buf *data);
const struct archive_file *archive_find(const struct archive *archive, const char *name); /* NULL */

/* Append the whole as gzip'ed ustar, its files in a folder of that name, mode 0600. */
enum err_code archive_pack(const struct archive *archive, const char *folder, int64_t wall_us,
			   struct buf *out, struct err *err);
/* *out need not be initialised. ERR_PARSE: no such archive, cut off, a wrong checksum, a
 * file that is no regular one, or whose path is more than a folder and a name; ERR_LIMIT:
 * larger than the limits above. */
enum err_code archive_unpack(const void *data, size_t len, struct archive *out, struct err *err);

#endif
