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

/// Parses `count` bytes. 0, or simdjson's error code.
/// The tape and the string buffer stay valid until the next call; the buffer may be read up to `strings_count`.
int csimdjson_parse(
    csimdjson_parser *, const uint8_t *bytes, size_t count, const uint64_t **tape, const uint8_t **strings,
    size_t *strings_count);

/// Whether a document that was parsed has an escape for half a surrogate pair, which becomes bytes that are not UTF-8.
int csimdjson_has_half_surrogate(const uint8_t *bytes, size_t count);

#ifdef __cplusplus
}
#endif
