// zlib's public header, and its initialiser, which is a macro there.
#include <zlib.h>

/// Begins to decode gzip data of any window size.
static inline int livinglytics_inflate_begin(z_stream *stream) { return inflateInit2(stream, 15 + 16); }
