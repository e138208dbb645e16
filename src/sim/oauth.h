/* POST /oauth/token: client credentials for a bearer token (RFC 6749). */
#ifndef SIM_OAUTH_H
#define SIM_OAUTH_H

struct request;

void oauth_answer(struct request *request);

#endif
