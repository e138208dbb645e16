#define ZLIB_CONST

#include "gzip.h"

#include <limits.h>
#include <zlib.h>

enum { CHUNK = 65536, GZIP_BITS = 15 + 16, MEMORY = 8 };

static enum err_code no_memory(struct err *err)
{
	return err_set(err, ERR_NO_MEMORY, "out of memory");
}

static enum err_code deflate_all(z_stream *stream, struct buf *out, struct err *err)
{
	unsigned char chunk[CHUNK];
	int result;

	do {
		enum err_code code;

		stream->next_out = chunk;
		stream->avail_out = CHUNK;
		result = deflate(stream, Z_FINISH);
		if (result != Z_OK && result != Z_STREAM_END)
			return no_memory(err);
		code = buf_append(out, chunk, CHUNK - stream->avail_out);
		if (code)
			return err_set(err, code, "the archive is too large");
	} while (result != Z_STREAM_END);
	return ERR_OK;
}

enum err_code gzip_pack(const void *data, size_t len, struct buf *out, struct err *err)
{
	z_stream stream = {.next_in = data, .avail_in = (uInt)len};
	enum err_code code;

	if (len > UINT_MAX)
		return err_set(err, ERR_LIMIT, "the archive is too large");
	if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, GZIP_BITS, MEMORY,
			 Z_DEFAULT_STRATEGY) != Z_OK)
		return no_memory(err);
	code = deflate_all(&stream, out, err);
	deflateEnd(&stream);
	return code;
}

static enum err_code inflate_all(z_stream *stream, struct buf *out, struct err *err)
{
	unsigned char chunk[CHUNK];
	int result;

	do {
		enum err_code code;

		stream->next_out = chunk;
		stream->avail_out = CHUNK;
		result = inflate(stream, Z_NO_FLUSH);
		if (result == Z_MEM_ERROR)
			return no_memory(err);
		if (result == Z_BUF_ERROR)
			return err_set(err, ERR_PARSE,
				       "this is no bundle of dacache: it is cut off");
		if (result != Z_OK && result != Z_STREAM_END)
			return err_set(err, ERR_PARSE,
				       "this is no bundle of dacache: it is no gzip, or damaged");
		code = buf_append(out, chunk, CHUNK - stream->avail_out);
		if (code == ERR_LIMIT)
			return err_set(err, code, "it is larger than %zu MiB when it is unpacked",
				       out->max >> 20);
		if (code)
			return no_memory(err);
	} while (result != Z_STREAM_END);
	if (stream->avail_in > 0)
		return err_set(err, ERR_PARSE,
			       "this is no bundle of dacache: something stands behind its end");
	return ERR_OK;
}

enum err_code gzip_unpack(const void *data, size_t len, struct buf *out, struct err *err)
{
	z_stream stream = {.next_in = data, .avail_in = (uInt)len};
	enum err_code code;

	if (len > UINT_MAX)
		return err_set(err, ERR_LIMIT, "the file is too large");
	if (inflateInit2(&stream, GZIP_BITS) != Z_OK)
		return no_memory(err);
	code = inflate_all(&stream, out, err);
	inflateEnd(&stream);
	return code;
}
