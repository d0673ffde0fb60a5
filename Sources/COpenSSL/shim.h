// OpenSSL's public headers. libpq brings the library with it.
#include <openssl/ssl.h>
#include <openssl/x509.h>
