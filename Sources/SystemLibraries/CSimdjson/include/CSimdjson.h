#include <stddef.h>
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif

/// A simdjson parser with its document; reusable, not thread safe.
typedef struct csimdjson_parser csimdjson_parser;

/// Null when memory is short. `maximum_bytes` bounds a document, `maximum_depth` its nesting.
csimdjson_parser *csimdjson_new(size_t maximum_bytes, size_t maximum_depth);
void csimdjson_free(csimdjson_parser *);

/// Parses `count` bytes, of which at least `capacity` are readable. 0, or simdjson's error code.
/// The tape and the string buffer stay valid until the next call.
int csimdjson_parse(
    csimdjson_parser *, const uint8_t *bytes, size_t count, size_t capacity, const uint64_t **tape,
    const uint8_t **strings);

/// simdjson's words for an error code; static.
const char *csimdjson_error_message(int code);

#ifdef __cplusplus
}
#endif
