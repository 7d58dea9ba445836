#pragma once
#include <google/protobuf/compiler/parser.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "CProtobuf.h"

namespace cprotobuf {

/// Why files were not compiled.
struct Failure {
    int32_t kind = CPROTOBUF_DONE;
    std::string message;
    int32_t file = -1;
    int32_t line = -1;
    int32_t column = -1;
};

/// Reads files and what they import, one after another and without recursion, and has the library check them.
class CompiledFiles {
  public:
    CompiledFiles(const cprotobuf_file *files, size_t count, const char *text, cprotobuf_limits limits)
        : given(files), count(count), text(text), limits(limits) {}

    /// Throws a `Failure`.
    void compile();

    /// In the order in which they were built: the first given file is the last, but for the library's own.
    struct Built {
        const google::protobuf::FileDescriptor *descriptor;
        int32_t given;
    };
    std::vector<Built> built;
    google::protobuf::DescriptorPool pool;

  private:
    /// A file that is being read: its imports come first.
    struct Pending {
        google::protobuf::FileDescriptorProto definition;
        google::protobuf::compiler::SourceLocationTable places;
        int32_t given = -1;
        int next_import = 0;
    };

    const cprotobuf_file *given;
    size_t count;
    const char *text;
    cprotobuf_limits limits;
    int32_t files_read = 0;
    int64_t elements = 0;
    int64_t name_bytes = 0;
    std::vector<std::unique_ptr<Pending>> stack;
    /// By name, whether they are built or still being read.
    std::unordered_map<std::string, bool> known;
    std::unordered_map<std::string, int32_t> by_name;

    std::string name(int32_t file) const { return std::string(text + given[file].name.start, given[file].name.count); }
    void add(const std::string &name, const Pending *importer);
    void build_all();
    void read(Pending &file, int32_t index);
    void measure(const Pending &file);
    void measure(const google::protobuf::DescriptorProto &message, size_t name_size, int depth, int32_t file);
    void measure(const google::protobuf::FieldDescriptorProto &field, size_t name_size, int32_t file);
    void measure(const google::protobuf::EnumDescriptorProto &type, size_t name_size, int32_t file);
    template <typename Options> void check(const Options &options, int32_t file);
    [[noreturn]] void refuse_ranges(const std::string &name, int32_t file);
    void count_element(size_t name_size, int32_t file);
    void build(Pending &file);
};

} // namespace cprotobuf
