#include "CompiledFiles.hpp"

#include <algorithm>
#include <climits>

#include <google/protobuf/any.pb.h>
#include <google/protobuf/api.pb.h>
#include <google/protobuf/duration.pb.h>
#include <google/protobuf/empty.pb.h>
#include <google/protobuf/field_mask.pb.h>
#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/source_context.pb.h>
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/timestamp.pb.h>
#include <google/protobuf/type.pb.h>
#include <google/protobuf/wrappers.pb.h>

using namespace google::protobuf;

namespace cprotobuf {

namespace {

/// The first error of a text.
struct SyntaxErrors : io::ErrorCollector {
    Failure failure;

    void AddError(int line, io::ColumnNumber column, const std::string &message) override {
        if (failure.kind != CPROTOBUF_DONE) { return; }
        failure = {CPROTOBUF_SYNTAX, message, -1, line, column};
    }
};

/// The first error of definitions.
struct DefinitionErrors : DescriptorPool::ErrorCollector {
    Failure failure;
    const compiler::SourceLocationTable &places;

    explicit DefinitionErrors(const compiler::SourceLocationTable &places) : places(places) {}

    void AddError(
        const std::string &, const std::string &element, const Message *definition, ErrorLocation location,
        const std::string &message) override {
        if (failure.kind != CPROTOBUF_DONE) { return; }
        failure = {CPROTOBUF_DEFINITION, element.empty() ? message : element + ": " + message, -1, -1, -1};
        int line = -1, column = -1;
        if (places.Find(definition, location, &line, &column) || places.Find(definition, OTHER, &line, &column)) {
            failure.line = line;
            failure.column = column;
        }
    }
};

/// The files that are part of the library. Naming them keeps them in a program that is linked with its archive.
const FileDescriptor *library_file(const std::string &name) {
    static const FileDescriptor *const all[] = {
        Any::descriptor()->file(),           Api::descriptor()->file(),       FileDescriptorProto::descriptor()->file(),
        Duration::descriptor()->file(),      Empty::descriptor()->file(),     FieldMask::descriptor()->file(),
        SourceContext::descriptor()->file(), Struct::descriptor()->file(),    Timestamp::descriptor()->file(),
        Type::descriptor()->file(),          Int32Value::descriptor()->file()};
    for (const FileDescriptor *file : all) {
        if (file->name() == name) { return file; }
    }
    return nullptr;
}

/// Descriptors name each field's JSON name, source only those that are not made of the field's name.
void drop_derived_name(FieldDescriptorProto &field) {
    std::string derived;
    bool is_capital = false;
    for (char c : field.name()) {
        if (c == '_') {
            is_capital = true;
        } else {
            derived += is_capital && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
            is_capital = false;
        }
    }
    if (field.json_name() == derived) { field.clear_json_name(); }
}

void drop_derived_names(DescriptorProto &message) {
    for (auto &field : *message.mutable_field()) { drop_derived_name(field); }
    for (auto &field : *message.mutable_extension()) { drop_derived_name(field); }
    for (auto &nested : *message.mutable_nested_type()) { drop_derived_names(nested); }
}

const char *const types_of_any[] = {
    "google/protobuf/any.proto",        "google/protobuf/duration.proto", "google/protobuf/empty.proto",
    "google/protobuf/field_mask.proto", "google/protobuf/struct.proto",   "google/protobuf/timestamp.proto",
    "google/protobuf/wrappers.proto"};

} // namespace

void CompiledFiles::compile() {
    for (size_t file = 0; file < count; file++) { by_name.emplace(name(file), file); }
    // What an Any may hold is known without an import.
    for (const char *name : types_of_any) {
        add(name, nullptr);
        build_all();
    }
    add(name(0), nullptr);
    build_all();
}

void CompiledFiles::build_all() {
    while (!stack.empty()) {
        Pending &top = *stack.back();
        if (top.next_import < top.definition.dependency_size()) {
            add(top.definition.dependency(top.next_import++), &top);
            continue;
        }
        build(top);
        known[top.definition.name()] = true;
        stack.pop_back();
    }
}

void CompiledFiles::add(const std::string &name, const Pending *importer) {
    Failure failure;
    if (importer) {
        failure.file = importer->given;
        int line = -1, column = -1;
        if (importer->places.FindImport(&importer->definition, name, &line, &column)) {
            failure.line = line;
            failure.column = column;
        }
    }
    auto found = known.find(name);
    if (found != known.end()) {
        if (found->second) { return; }
        failure.kind = CPROTOBUF_CYCLE;
        failure.message = "the file imports itself through \"" + name + "\"";
        throw failure;
    }
    auto pending = std::make_unique<Pending>();
    auto own = by_name.find(name);
    if (const FileDescriptor *library = library_file(name)) {
        library->CopyTo(&pending->definition);
        library->CopyJsonNameTo(&pending->definition);
    } else if (own != by_name.end()) {
        if (++files_read > limits.files) {
            failure.kind = CPROTOBUF_LIMIT;
            failure.message = "the schema has more than " + std::to_string(limits.files) + " files";
            throw failure;
        }
        read(*pending, own->second);
    } else {
        failure.kind = CPROTOBUF_IMPORT;
        failure.message = "\"" + name + "\" is imported and is no reference of the schema";
        throw failure;
    }
    known[name] = false;
    stack.push_back(std::move(pending));
}

void CompiledFiles::read(Pending &file, int32_t index) {
    file.given = index;
    const char *source = text + given[index].source.start;
    int size = given[index].source.count;
    if (given[index].is_descriptor) {
        if (!file.definition.ParseFromArray(source, size)) {
            throw Failure{CPROTOBUF_DESCRIPTOR, "the bytes are no FileDescriptorProto", index, -1, -1};
        }
    } else {
        io::ArrayInputStream stream(source, size);
        SyntaxErrors errors;
        io::Tokenizer tokenizer(&stream, &errors);
        compiler::Parser parser;
        parser.RecordErrorsTo(&errors);
        parser.RecordSourceLocationsTo(&file.places);
        bool is_good = parser.Parse(&tokenizer, &file.definition);
        if (!is_good || errors.failure.kind != CPROTOBUF_DONE) {
            if (errors.failure.kind == CPROTOBUF_DONE) { errors.failure = {CPROTOBUF_SYNTAX, "the text is no schema"}; }
            errors.failure.file = index;
            throw errors.failure;
        }
    }
    file.definition.set_name(name(index));
    file.definition.clear_source_code_info();
    measure(file);
    for (auto &message : *file.definition.mutable_message_type()) { drop_derived_names(message); }
    for (auto &field : *file.definition.mutable_extension()) { drop_derived_name(field); }
}

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

void CompiledFiles::build(Pending &file) {
    DefinitionErrors errors(file.places);
    const FileDescriptor *descriptor = pool.BuildFileCollectingErrors(file.definition, &errors);
    if (!descriptor) {
        if (errors.failure.kind == CPROTOBUF_DONE) {
            errors.failure = {CPROTOBUF_DEFINITION, "the definitions do not go together", -1, -1, -1};
        }
        errors.failure.file = file.given;
        throw errors.failure;
    }
    built.push_back({descriptor, file.given});
}

} // namespace cprotobuf
