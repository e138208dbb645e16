/* A request as lines that fold. */
#ifndef REQUEST_TEXT_H
#define REQUEST_TEXT_H

#include "dacache/domain/exchange.h"
#include "fold_view.h"

void request_text_fill(struct fold_view *view, const struct exchange *exchange, bool utf8);
/* --- request_body.c: lines of level 1 and deeper ---------------------------------------- */
void request_body_fill(struct fold_view *view, const char *body, size_t len, const char *headers);

#endif
