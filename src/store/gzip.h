/* gzip in memory, by zlib. */
#ifndef DACACHE_SRC_STORE_GZIP_H
#define DACACHE_SRC_STORE_GZIP_H

#include "dacache/base/buf.h"

/* Append. */
enum err_code gzip_pack(const void *data, size_t len, struct buf *out, struct err *err);
/* ERR_PARSE: no gzip, cut off, damaged, or more behind its end; ERR_LIMIT: more than out
 * takes, which is found before it is all unpacked. */
enum err_code gzip_unpack(const void *data, size_t len, struct buf *out, struct err *err);

#endif
