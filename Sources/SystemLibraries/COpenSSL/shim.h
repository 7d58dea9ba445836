#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

/// Flags made of other macros, which Swift does not import: names as RFC 2253 writes them, UTF-8 unescaped.
static inline unsigned long openssl_rfc2253_flags(void) { return XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB; }

/// OpenSSL's macros for contexts and connections, which Swift does not import.
static inline int openssl_set_versions(SSL_CTX *context, int minimum, int maximum) {
    return SSL_CTX_set_min_proto_version(context, minimum) && SSL_CTX_set_max_proto_version(context, maximum);
}
static inline void openssl_set_mode(SSL_CTX *context, long mode) { SSL_CTX_set_mode(context, mode); }
static inline void openssl_set_options(SSL_CTX *context, uint64_t options) { SSL_CTX_set_options(context, options); }
static inline void openssl_set_cache_off(SSL_CTX *context) {
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
}
static inline int openssl_set_groups(SSL_CTX *context, const char *groups) {
    return (int)SSL_CTX_set1_groups_list(context, groups);
}
static inline int openssl_set_server_name(SSL *connection, const char *name) {
    return (int)SSL_set_tlsext_host_name(connection, name);
}
static inline int openssl_handshake_done(SSL *connection) { return SSL_is_init_finished(connection); }
static inline X509 *openssl_peer_certificate(SSL *connection) { return SSL_get1_peer_certificate(connection); }
static inline int openssl_set_chain(SSL *connection, STACK_OF(X509) *chain) {
    return (int)SSL_set1_chain(connection, chain);
}
static inline const uint64_t openssl_option_no_renegotiation(void) { return SSL_OP_NO_RENEGOTIATION; }
static inline const uint64_t openssl_option_server_preference(void) { return SSL_OP_CIPHER_SERVER_PREFERENCE; }
static inline const uint64_t openssl_option_no_compression(void) { return SSL_OP_NO_COMPRESSION; }
static inline const uint64_t openssl_option_no_ticket(void) { return SSL_OP_NO_TICKET; }
static inline const uint64_t openssl_option_ignore_eof(void) { return SSL_OP_IGNORE_UNEXPECTED_EOF; }
static inline void openssl_set_session_timeout(SSL_CTX *context, long seconds) {
    SSL_CTX_set_timeout(context, seconds);
}
/// Groups for DHE that go with the key's strength, for who names such ciphers.
static inline void openssl_choose_dh_group(SSL_CTX *context) { SSL_CTX_set_dh_auto(context, 1); }
static inline EVP_PKEY *openssl_make_p256_key(void) { return EVP_EC_gen("P-256"); }
