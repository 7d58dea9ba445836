#include "CProtobuf.h"

#include <algorithm>
#include <exception>
#include <google/protobuf/stubs/logging.h>
#include <mutex>
#include <new>

#include "CompiledFiles.hpp"

using namespace google::protobuf;
using cprotobuf::CompiledFiles;
using cprotobuf::Failure;

/// The rows that were made from descriptors, which are gone when these are handed out.
struct cprotobuf_schema {
    cprotobuf_tables tables = {};
    std::string text;
    std::vector<cprotobuf_file_row> files;
    std::vector<cprotobuf_message_row> messages;
    std::vector<cprotobuf_field_row> fields;
    std::vector<cprotobuf_oneof_row> oneofs;
    std::vector<cprotobuf_enum_row> enums;
    std::vector<cprotobuf_value_row> values;

    void fill(CompiledFiles &compiled);
    void finish();
    cprotobuf_range keep(const std::string &part);

  private:
    std::unordered_map<const Descriptor *, int32_t> message_places;
    std::unordered_map<const EnumDescriptor *, int32_t> enum_places;
    std::vector<const Descriptor *> message_list;

    void add(const Descriptor *message, int32_t file, int32_t parent, int32_t place);
    void add(const EnumDescriptor *type, int32_t file);
    void add_fields(const Descriptor *message, int32_t row, const DescriptorPool &pool);
};

cprotobuf_range cprotobuf_schema::keep(const std::string &part) {
    cprotobuf_range range = {static_cast<int32_t>(text.size()), static_cast<int32_t>(part.size())};
    text += part;
    return range;
}

void cprotobuf_schema::add(const EnumDescriptor *type, int32_t file) {
    enum_places[type] = enums.size();
    cprotobuf_enum_row row = {};
    row.full_name = keep(type->full_name());
    row.file = file;
    row.is_closed = type->file()->syntax() == FileDescriptor::SYNTAX_PROTO2;
    row.first_value = values.size();
    row.value_count = type->value_count();
    enums.push_back(row);
    for (int place = 0; place < type->value_count(); place++) {
        values.push_back({keep(type->value(place)->name()), type->value(place)->number()});
    }
}

void cprotobuf_schema::add(const Descriptor *message, int32_t file, int32_t parent, int32_t place) {
    if (message->options().message_set_wire_format()) {
        throw Failure{
            CPROTOBUF_UNSUPPORTED, message->full_name() + ": message sets are not supported", files[file].given, -1, -1};
    }
    int32_t own = messages.size();
    message_places[message] = own;
    message_list.push_back(message);
    cprotobuf_message_row row = {};
    row.full_name = keep(message->full_name());
    row.file = file;
    row.parent = parent;
    row.place = place;
    row.is_map_entry = message->options().map_entry();
    row.first_oneof = oneofs.size();
    row.oneof_count = message->real_oneof_decl_count();
    messages.push_back(row);
    for (int oneof = 0; oneof < message->real_oneof_decl_count(); oneof++) {
        oneofs.push_back({keep(message->oneof_decl(oneof)->name())});
    }
    for (int type = 0; type < message->enum_type_count(); type++) { add(message->enum_type(type), file); }
    for (int nested = 0; nested < message->nested_type_count(); nested++) {
        add(message->nested_type(nested), file, own, nested);
    }
}

void cprotobuf_schema::add_fields(const Descriptor *message, int32_t row, const DescriptorPool &pool) {
    std::vector<const FieldDescriptor *> all;
    for (int place = 0; place < message->field_count(); place++) { all.push_back(message->field(place)); }
    if (message->extension_range_count() > 0) { pool.FindAllExtensions(message, &all); }
    std::sort(all.begin(), all.end(), [](auto *left, auto *right) { return left->number() < right->number(); });
    messages[row].first_field = fields.size();
    messages[row].field_count = all.size();
    for (const FieldDescriptor *field : all) {
        cprotobuf_field_row next = {};
        next.name = keep(field->name());
        next.json_name = keep(field->json_name());
        if (field->is_extension()) { next.extension_name = keep(field->full_name()); }
        next.number = field->number();
        next.type = field->type();
        next.is_repeated = field->is_repeated();
        next.is_required = field->is_required();
        next.is_packed = field->is_packed();
        next.has_presence = field->has_presence();
        next.target = -1;
        if (field->message_type()) {
            auto found = message_places.find(field->message_type());
            if (found != message_places.end()) { next.target = found->second; }
        } else if (field->enum_type()) {
            auto found = enum_places.find(field->enum_type());
            if (found != enum_places.end()) { next.target = found->second; }
        }
        const OneofDescriptor *oneof = field->real_containing_oneof();
        next.oneof = oneof ? messages[row].first_oneof + oneof->index() : -1;
        fields.push_back(next);
    }
}

void cprotobuf_schema::fill(CompiledFiles &compiled) {
    // The schema itself first.
    std::vector<CompiledFiles::Built> all(compiled.built.rbegin(), compiled.built.rend());
    for (const auto &built : all) {
        int32_t file = files.size();
        const FileDescriptor *descriptor = built.descriptor;
        files.push_back(
            {built.given, descriptor->syntax() == FileDescriptor::SYNTAX_PROTO3, keep(descriptor->package())});
        for (int type = 0; type < descriptor->enum_type_count(); type++) { add(descriptor->enum_type(type), file); }
        for (int place = 0; place < descriptor->message_type_count(); place++) {
            add(descriptor->message_type(place), file, -1, place);
        }
    }
    for (size_t row = 0; row < message_list.size(); row++) { add_fields(message_list[row], row, compiled.pool); }
    tables.canonical = keep(all.front().descriptor->DebugString());
    google::protobuf::FileDescriptorProto proto;
    all.front().descriptor->CopyTo(&proto);
    tables.descriptor = keep(proto.SerializeAsString());
}

void cprotobuf_schema::finish() {
    tables.text = text.data();
    tables.text_count = text.size();
    if (tables.error.kind != CPROTOBUF_DONE) { return; }
    tables.files = files.data();
    tables.file_count = files.size();
    tables.messages = messages.data();
    tables.message_count = messages.size();
    tables.fields = fields.data();
    tables.field_count = fields.size();
    tables.oneofs = oneofs.data();
    tables.oneof_count = oneofs.size();
    tables.enums = enums.data();
    tables.enum_count = enums.size();
    tables.values = values.data();
    tables.value_count = values.size();
}

static void compile(
    cprotobuf_schema &schema, const cprotobuf_file *files, size_t count, const char *text, cprotobuf_limits limits) {
    Failure failure;
    try {
        CompiledFiles compiled(files, count, text, limits);
        compiled.compile();
        schema.fill(compiled);
    } catch (const Failure &caught) {
        failure = caught;
    } catch (const std::bad_alloc &) {
        throw;
    } catch (const std::exception &caught) {
        failure = {CPROTOBUF_INTERNAL, caught.what(), -1, -1, -1};
    } catch (...) { failure = {CPROTOBUF_INTERNAL, "the library gave up", -1, -1, -1}; }
    if (failure.kind != CPROTOBUF_DONE) {
        schema.tables.error = {
            failure.kind, schema.keep(failure.message), failure.file, failure.line, failure.column};
    }
    schema.finish();
}

extern "C" cprotobuf_schema *cprotobuf_compile(
    const cprotobuf_file *files, size_t count, const char *text, cprotobuf_limits limits) {
    // The library would write to the standard error; what it says comes back as an error too.
    static std::once_flag silence;
    cprotobuf_schema *schema = nullptr;
    try {
        std::call_once(silence, [] { SetLogHandler(nullptr); });
        schema = new cprotobuf_schema();
        compile(*schema, files, count, text, limits);
        return schema;
    } catch (...) {
        delete schema;
        return nullptr;
    }
}

extern "C" void cprotobuf_free(cprotobuf_schema *schema) { delete schema; }

extern "C" const cprotobuf_tables *cprotobuf_get(const cprotobuf_schema *schema) { return &schema->tables; }
