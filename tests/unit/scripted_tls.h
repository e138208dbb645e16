/* TLS for the scripted server. */
#ifndef DACACHE_TESTS_SCRIPTED_TLS_H
#define DACACHE_TESTS_SCRIPTED_TLS_H

#include <openssl/ssl.h>

/* A key and a certificate for 127.0.0.1 signed by itself; ca_file is a template
 * for mkstemp and becomes the name of a file with the certificate. */
SSL_CTX *scripted_tls_new(char *ca_file);

#endif
