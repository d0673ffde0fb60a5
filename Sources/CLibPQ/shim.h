// libpq's public header, where pkg-config finds it.
#include <libpq-fe.h>
