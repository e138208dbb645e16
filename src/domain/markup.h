/* Text for HTML and SVG. */
#ifndef DACACHE_SRC_DOMAIN_MARKUP_H
#define DACACHE_SRC_DOMAIN_MARKUP_H

#include "dacache/base/buf.h"

/* Safe between tags and in quoted attributes: controls, bidi controls and other
 * invisible characters as visible escapes (text_escape), then & < > " ' as entities. */
enum err_code markup_text(struct buf *out, const char *text);

#endif
