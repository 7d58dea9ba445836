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
    csimdjson_parser *parser, const uint8_t *bytes, size_t count, const uint64_t **tape, const uint8_t **strings,
    size_t *strings_count) {
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
    // What document::allocate takes at least for this many bytes of text.
    *strings_count = 5 * parser->parser.doc.capacity() / 3 + simdjson::SIMDJSON_PADDING;
    return 0;
}

// The first three hexadecimal digits of \uXXXX at `escape`; -1 when something else is there.
static int unit_prefix(const uint8_t *escape, const uint8_t *end) {
    if (end - escape < 6 || escape[0] != '\\' || escape[1] != 'u') { return -1; }
    int value = 0;
    for (int place = 2; place < 5; place++) {
        uint8_t digit = escape[place] | 0x20;
        value = value << 4 | (digit <= '9' ? digit - '0' : digit - 'a' + 10);
    }
    return value;
}

extern "C" int csimdjson_has_half_surrogate(const uint8_t *bytes, size_t count) {
    const uint8_t *end = bytes + count;
    const uint8_t *at = bytes;
    while (at < end && (at = static_cast<const uint8_t *>(std::memchr(at, '\\', end - at)))) {
        int prefix = unit_prefix(at, end);
        if (prefix >= 0xdc0 && prefix < 0xe00) { return 1; }
        if (prefix >= 0xd80 && prefix < 0xdc0) {
            int low = unit_prefix(at + 6, end);
            if (low < 0xdc0 || low >= 0xe00) { return 1; }
            at += 12;
        } else {
            at += prefix >= 0 ? 6 : 2;
        }
    }
    return 0;
}
