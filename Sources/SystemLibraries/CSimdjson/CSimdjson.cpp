#include "CSimdjson.h"

#include <new>
#include <simdjson.h>

struct csimdjson_parser {
    simdjson::dom::parser parser;
    size_t maximum_depth;

    csimdjson_parser(size_t maximum_bytes, size_t depth) : parser(maximum_bytes), maximum_depth(depth) {}
};

extern "C" csimdjson_parser *csimdjson_new(size_t maximum_bytes, size_t maximum_depth) {
    return new (std::nothrow) csimdjson_parser(maximum_bytes, maximum_depth);
}

extern "C" void csimdjson_free(csimdjson_parser *parser) { delete parser; }

extern "C" int csimdjson_parse(
    csimdjson_parser *parser, const uint8_t *bytes, size_t count, size_t capacity, const uint64_t **tape,
    const uint8_t **strings) {
    // Grow by hand, so that the depth limit is ours and not simdjson's default of 1024.
    if (parser->parser.capacity() < count || parser->parser.max_depth() != parser->maximum_depth) {
        if (count > parser->parser.max_capacity()) { return simdjson::CAPACITY; }
        auto error = parser->parser.allocate(count < 4096 ? 4096 : count, parser->maximum_depth);
        if (error) { return error; }
    }
    auto result = parser->parser.parse(bytes, count, capacity < count + simdjson::SIMDJSON_PADDING);
    if (result.error()) { return result.error(); }
    *tape = parser->parser.doc.tape.get();
    *strings = parser->parser.doc.string_buf.get();
    return 0;
}

extern "C" const char *csimdjson_error_message(int code) {
    return simdjson::error_message(static_cast<simdjson::error_code>(code));
}
