#include "CSimdjson.h"

#include <cstring>
#include <memory>
#include <new>
#include <simdjson.h>

struct csimdjson_parser {
    simdjson::dom::parser parser;
    size_t maximum_depth;
    // simdjson reads up to SIMDJSON_PADDING bytes beyond a document: a copy here spares it an allocation each.
    std::unique_ptr<uint8_t[]> padded;
    size_t padded_capacity = 0;

    csimdjson_parser(size_t maximum_bytes, size_t depth) : parser(maximum_bytes), maximum_depth(depth) {}
};

extern "C" csimdjson_parser *csimdjson_new(size_t maximum_bytes, size_t maximum_depth) {
    return new (std::nothrow) csimdjson_parser(maximum_bytes, maximum_depth);
}

extern "C" void csimdjson_free(csimdjson_parser *parser) { delete parser; }

extern "C" int csimdjson_parse(
    csimdjson_parser *parser, const uint8_t *bytes, size_t count, const uint64_t **tape, const uint8_t **strings) {
    if (count > parser->parser.max_capacity()) { return simdjson::CAPACITY; }
    if (parser->padded_capacity < count) {
        size_t capacity = count < 4096 ? 4096 : count;
        parser->padded.reset(new (std::nothrow) uint8_t[capacity + simdjson::SIMDJSON_PADDING]());
        parser->padded_capacity = parser->padded ? capacity : 0;
        if (!parser->padded) { return simdjson::MEMALLOC; }
    }
    // Grow by hand, so that the depth limit is ours and not simdjson's default of 1024.
    if (parser->parser.capacity() < count || parser->parser.max_depth() != parser->maximum_depth) {
        auto error = parser->parser.allocate(count < 4096 ? 4096 : count, parser->maximum_depth);
        if (error) { return error; }
    }
    std::memcpy(parser->padded.get(), bytes, count);
    auto result = parser->parser.parse(parser->padded.get(), count, false);
    if (result.error()) { return result.error(); }
    *tape = parser->parser.doc.tape.get();
    *strings = parser->parser.doc.string_buf.get();
    return 0;
}
