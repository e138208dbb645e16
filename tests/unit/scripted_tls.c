/* TLS for the scripted server. */
#include "scripted_tls.h"

#include <assert.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>

enum { CERTIFICATE_LIFE_S = 3600 };

static void add_extension(X509 *certificate, int nid, const char *value)
{
	X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, nid, value);

	assert(extension != NULL);
	X509_add_ext(certificate, extension, -1);
	X509_EXTENSION_free(extension);
}

static X509 *make_certificate(EVP_PKEY *key)
{
	X509 *certificate = X509_new();
	X509_NAME *name;

	assert(certificate != NULL);
	X509_set_version(certificate, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
	X509_gmtime_adj(X509_getm_notBefore(certificate), -CERTIFICATE_LIFE_S);
	X509_gmtime_adj(X509_getm_notAfter(certificate), CERTIFICATE_LIFE_S);
	name = X509_get_subject_name(certificate);
	X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"loopback", -1,
				   -1, 0);
	X509_set_issuer_name(certificate, name);
	X509_set_pubkey(certificate, key);
	add_extension(certificate, NID_basic_constraints, "critical,CA:TRUE");
	add_extension(certificate, NID_subject_alt_name, "IP:127.0.0.1");
	assert(X509_sign(certificate, key, EVP_sha256()) > 0);
	return certificate;
}

static void write_certificate(X509 *certificate, char *ca_file)
{
	int fd = mkstemp(ca_file);
	FILE *file = fd >= 0 ? fdopen(fd, "w") : NULL;

	assert(file != NULL);
	assert(PEM_write_X509(file, certificate) == 1);
	assert(fclose(file) == 0);
}

SSL_CTX *scripted_tls_new(char *ca_file)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *certificate = make_certificate(key);
	SSL_CTX *tls = SSL_CTX_new(TLS_server_method());

	assert(tls != NULL);
	assert(SSL_CTX_use_certificate(tls, certificate) == 1);
	assert(SSL_CTX_use_PrivateKey(tls, key) == 1);
	SSL_CTX_set_mode(tls, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	write_certificate(certificate, ca_file);
	X509_free(certificate);
	EVP_PKEY_free(key);
	return tls;
}
