// What definitions count, before the library looks at them.
#include <algorithm>
#include <climits>

#include "CompiledFiles.hpp"

using namespace google::protobuf;

namespace cprotobuf {

namespace {

/// The library compares each range with each other and with each number, and words a complaint for each that meets:
/// of many ranges only such are handed to it that do not.
class Ranges {
  public:
    /// From `first` to `last`, which is part of it.
    void add(int64_t first, int64_t last) { all.push_back({first, last}); }

    /// Whether there are many, and one meets another or holds one of the numbers.
    template <typename Numbers> bool is_refused(const Numbers &numbers) {
        if (all.size() <= 50) { return false; }
        std::sort(all.begin(), all.end());
        for (size_t place = 1; place < all.size(); place++) {
            if (all[place].first <= all[place - 1].second) { return true; }
        }
        for (const auto &one : numbers) {
            auto next = std::upper_bound(all.begin(), all.end(), std::make_pair<int64_t>(one.number(), INT64_MAX));
            if (next != all.begin() && std::prev(next)->second >= one.number()) { return true; }
        }
        return false;
    }

  private:
    std::vector<std::pair<int64_t, int64_t>> all;
};

} // namespace

void CompiledFiles::count_element(size_t name_size, int32_t file) {
    elements += 1;
    name_bytes += name_size;
    if (elements > limits.elements) {
        throw Failure{
            CPROTOBUF_LIMIT, "the schema has more than " + std::to_string(limits.elements) + " definitions", file, -1,
            -1};
    }
    if (name_bytes > limits.name_bytes) {
        throw Failure{
            CPROTOBUF_LIMIT, "the full names take more than " + std::to_string(limits.name_bytes) + " bytes", file, -1,
            -1};
    }
}

template <typename Options> void CompiledFiles::check(const Options &options, int32_t file) {
    // Their text is read with a recursion without a bound. Source has been looked at; and descriptors have none, once
    // they have been compiled.
    if (given[file].is_descriptor && options.uninterpreted_option_size() > 0) {
        throw Failure{CPROTOBUF_DESCRIPTOR, "the descriptor has options that were not interpreted", file, -1, -1};
    }
}

void CompiledFiles::refuse_ranges(const std::string &name, int32_t file) {
    throw Failure{
        CPROTOBUF_DEFINITION, name + ": ranges of numbers meet each other or numbers that are in use", file, -1, -1};
}

void CompiledFiles::measure(const EnumDescriptorProto &type, size_t outer, int32_t file) {
    count_element(outer + type.name().size(), file);
    check(type.options(), file);
    for (const auto &value : type.value()) {
        count_element(outer + value.name().size(), file);
        check(value.options(), file);
    }
    for (int place = 0; place < type.reserved_range_size() + type.reserved_name_size(); place++) {
        count_element(0, file);
    }
    Ranges ranges;
    for (const auto &range : type.reserved_range()) { ranges.add(range.start(), range.end()); }
    if (ranges.is_refused(type.value())) { refuse_ranges(type.name(), file); }
}

void CompiledFiles::measure(const FieldDescriptorProto &field, size_t outer, int32_t file) {
    count_element(outer + field.name().size(), file);
    check(field.options(), file);
}

void CompiledFiles::measure(const Pending &file) {
    const FileDescriptorProto &definition = file.definition;
    check(definition.options(), file.given);
    // Each part of the package is a symbol of its own.
    size_t package = definition.package().size() + 1;
    for (char c : definition.package()) {
        if (c == '.') { count_element(package, file.given); }
    }
    for (const auto &message : definition.message_type()) { measure(message, package, 1, file.given); }
    for (const auto &field : definition.extension()) { measure(field, package, file.given); }
    for (const auto &type : definition.enum_type()) { measure(type, package, file.given); }
    for (const auto &service : definition.service()) {
        size_t size = package + service.name().size() + 1;
        count_element(size, file.given);
        check(service.options(), file.given);
        for (const auto &method : service.method()) {
            count_element(size + method.name().size(), file.given);
            check(method.options(), file.given);
        }
    }
    for (int place = 0; place < definition.dependency_size(); place++) { count_element(0, file.given); }
}

void CompiledFiles::measure(const DescriptorProto &message, size_t outer, int depth, int32_t file) {
    if (depth > limits.depth) {
        throw Failure{
            CPROTOBUF_LIMIT, "messages stand deeper than " + std::to_string(limits.depth) + " in messages", file, -1,
            -1};
    }
    size_t size = outer + message.name().size() + 1;
    count_element(size, file);
    check(message.options(), file);
    for (const auto &field : message.field()) { measure(field, size, file); }
    for (const auto &field : message.extension()) { measure(field, size, file); }
    for (const auto &type : message.enum_type()) { measure(type, size, file); }
    for (const auto &oneof : message.oneof_decl()) {
        count_element(size + oneof.name().size(), file);
        check(oneof.options(), file);
    }
    for (const auto &range : message.extension_range()) {
        count_element(0, file);
        check(range.options(), file);
    }
    for (int place = 0; place < message.reserved_range_size() + message.reserved_name_size(); place++) {
        count_element(0, file);
    }
    Ranges ranges;
    for (const auto &range : message.extension_range()) { ranges.add(range.start(), int64_t(range.end()) - 1); }
    for (const auto &range : message.reserved_range()) { ranges.add(range.start(), int64_t(range.end()) - 1); }
    if (ranges.is_refused(message.field())) { refuse_ranges(message.name(), file); }
    for (const auto &nested : message.nested_type()) { measure(nested, size, depth + 1, file); }
}

} // namespace cprotobuf
