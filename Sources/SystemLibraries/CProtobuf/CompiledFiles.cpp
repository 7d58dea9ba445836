#include "CompiledFiles.hpp"

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
