/*
 * ossl - OpenSSL's headers, behind one door: they spell an attribute with
 * a word that base.h has made its own.
 */
#ifndef SRC_OSSL_H
#define SRC_OSSL_H

#pragma push_macro("unused")
#undef unused
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#pragma pop_macro("unused")

#endif
