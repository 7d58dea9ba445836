#pragma once
#include <stddef.h>
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif

/// A part of a text: of the caller's for files, of `cprotobuf_tables.text` for what was compiled.
typedef struct {
    int32_t start;
    int32_t count;
} cprotobuf_range;

typedef struct {
    /// As imports name it.
    cprotobuf_range name;
    cprotobuf_range source;
    /// Whether the source is a serialised FileDescriptorProto.
    int32_t is_descriptor;
} cprotobuf_file;

typedef struct {
    /// Imported files, the library's own among them.
    int32_t files;
    /// How deeply messages may stand within messages.
    int32_t depth;
    /// Messages, fields, enums and their values, ranges and all else that a definition counts, of all given files.
    int32_t elements;
    /// The bytes of all full names, which grow with the depth and the package's name.
    int32_t name_bytes;
} cprotobuf_limits;

enum {
    CPROTOBUF_DONE = 0,
    CPROTOBUF_SYNTAX,
    CPROTOBUF_DESCRIPTOR,
    CPROTOBUF_DEFINITION,
    CPROTOBUF_IMPORT,
    CPROTOBUF_CYCLE,
    CPROTOBUF_LIMIT,
    CPROTOBUF_UNSUPPORTED,
    CPROTOBUF_INTERNAL,
};

typedef struct {
    int32_t kind;
    /// Of `cprotobuf_tables.text`.
    cprotobuf_range message;
    /// Which of the given files; -1 for one of the library's own.
    int32_t file;
    /// From 0; -1 when unknown. A tab reaches to the next multiple of eight.
    int32_t line;
    int32_t column;
} cprotobuf_error;

/// The messages of a file stand together in the order of the source, each before those within it.
typedef struct {
    /// Which of the given files; -1 for one of the library's own.
    int32_t given;
    int32_t is_proto3;
    cprotobuf_range package;
} cprotobuf_file_row;

typedef struct {
    cprotobuf_range full_name;
    int32_t file;
    /// The message around it, or -1.
    int32_t parent;
    /// The place among its siblings, map entries counted.
    int32_t place;
    int32_t is_map_entry;
    /// Its fields stand together, by number, extensions among them.
    int32_t first_field;
    int32_t field_count;
    /// Its oneofs, those of proto3's optional fields left out.
    int32_t first_oneof;
    int32_t oneof_count;
} cprotobuf_message_row;

typedef struct {
    cprotobuf_range name;
    cprotobuf_range json_name;
    /// Of an extension; empty for others.
    cprotobuf_range extension_name;
    int32_t number;
    /// As in FieldDescriptorProto.Type.
    int32_t type;
    int32_t is_repeated;
    int32_t is_required;
    int32_t is_packed;
    int32_t has_presence;
    /// Of messages and enums: the row; else -1.
    int32_t target;
    /// The row of its oneof, or -1.
    int32_t oneof;
} cprotobuf_field_row;

typedef struct {
    cprotobuf_range name;
} cprotobuf_oneof_row;

typedef struct {
    cprotobuf_range full_name;
    int32_t file;
    int32_t is_closed;
    int32_t first_value;
    int32_t value_count;
} cprotobuf_enum_row;

typedef struct {
    cprotobuf_range name;
    int32_t number;
} cprotobuf_value_row;

/// What was compiled. All is empty when `error.kind` is not 0, but the text.
typedef struct {
    cprotobuf_error error;
    const char *text;
    size_t text_count;
    /// The first given file as source, without comments and in one form.
    cprotobuf_range canonical;
    /// The first given file as a serialised FileDescriptorProto.
    cprotobuf_range descriptor;
    const cprotobuf_file_row *files;
    size_t file_count;
    const cprotobuf_message_row *messages;
    size_t message_count;
    const cprotobuf_field_row *fields;
    size_t field_count;
    const cprotobuf_oneof_row *oneofs;
    size_t oneof_count;
    const cprotobuf_enum_row *enums;
    size_t enum_count;
    const cprotobuf_value_row *values;
    size_t value_count;
} cprotobuf_tables;

typedef struct cprotobuf_schema cprotobuf_schema;

/// Compiles the first file with those that it imports, of the others or of the library's own, which come first. Null
/// when memory is short. Nothing of `files` and `text` is kept.
cprotobuf_schema *cprotobuf_compile(
    const cprotobuf_file *files, size_t file_count, const char *text, cprotobuf_limits limits);
void cprotobuf_free(cprotobuf_schema *);
const cprotobuf_tables *cprotobuf_get(const cprotobuf_schema *);

#ifdef __cplusplus
}
#endif
