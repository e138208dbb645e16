/* Bytes of JSON, eight at a time: most of a text stands as it is in strings. */
#ifndef DACACHE_SRC_DOMAIN_JSON_BYTES_H
#define DACACHE_SRC_DOMAIN_JSON_BYTES_H

#include <stdint.h>

enum { JSON_WORD = 8 };

/* Each byte of a word. */
static inline uint64_t json_bytes_all(unsigned char c)
{
	return UINT64_C(0x0101010101010101) * c;
}

/* Eight bytes, the first one the lowest. */
static inline uint64_t json_bytes_read(const char *at)
{
	const unsigned char *b = (const unsigned char *)at;

	return b[0] | (uint64_t)b[1] << 8 | (uint64_t)b[2] << 16 | (uint64_t)b[3] << 24 |
	       (uint64_t)b[4] << 32 | (uint64_t)b[5] << 40 | (uint64_t)b[6] << 48 |
	       (uint64_t)b[7] << 56;
}

/* The high bit of each byte that is a quote, a backslash, a control (but U+007F) or past
 * ASCII. Above the first such byte other bits may be set too. */
static inline uint64_t json_bytes_odd(uint64_t word)
{
	uint64_t ones = json_bytes_all(1);

	return (((word ^ json_bytes_all('"')) - ones) | ((word ^ json_bytes_all('\\')) - ones) |
		(word - json_bytes_all(0x20)) | word) &
	       json_bytes_all(0x80);
}

/* The same of the bytes that are U+007F. */
static inline uint64_t json_bytes_delete(uint64_t word)
{
	return ((word ^ json_bytes_all(0x7f)) - json_bytes_all(1)) & json_bytes_all(0x80);
}

/* How many bytes stand before the first of those. */
static inline unsigned json_bytes_before(uint64_t odd)
{
	return (unsigned)__builtin_ctzll(odd) / 8;
}

#endif
