#include <stddef.h>
#include <stdint.h>

/// A Lua 5.1 state for scripts that nobody trusts. Lua raises by longjmp; no function here lets one out, and while Lua
/// can raise no frame of a caller is on the stack: it calls `clua_call`, and raises after that has returned.
/// One thread at a time.
typedef struct clua clua;

typedef struct {
    /// Bytes that all of Lua's values may take together.
    size_t memory;
    /// Instructions of Lua's machine in one run; long work within one of them counts as many.
    uint64_t instructions;
    /// Processor time of one run.
    uint64_t nanoseconds;
    /// Of values that leave Lua or come in: their bytes, how many there are, and how deeply they nest.
    size_t value_bytes;
    size_t value_count;
    int value_depth;
} clua_limits;

enum {
    CLUA_OK = 0,
    CLUA_SYNTAX,
    CLUA_RUNTIME,
    CLUA_INSTRUCTIONS,
    CLUA_TIME,
    CLUA_MEMORY,
    /// A value that has no form outside of Lua, or is too large.
    CLUA_BAD_VALUE,
};

/// Values are passed as bytes, in the machine's order: a tag; for a number then a double; for a string a 32-bit count and
/// the bytes; for an array a 32-bit count and the values; for an object a 32-bit count, and for each member a count, the
/// bytes of its name, and its value.
enum {
    CLUA_NIL = 0,
    /// `cjson.null`
    CLUA_NULL,
    CLUA_FALSE,
    CLUA_TRUE,
    CLUA_NUMBER,
    CLUA_STRING,
    CLUA_ARRAY,
    CLUA_OBJECT,
};

/// What the two functions of `cjson` ask for, in place of a function's number.
enum {
    /// A value; the answer is its text.
    CLUA_ENCODE = -1,
    /// A text; the answer is its value.
    CLUA_DECODE = -2,
};

/// Calls a function of the host with an array of its arguments. The bytes are valid until it returns.
/// Answers by `clua_answer`: a value with 0, or the message of an error with 1.
typedef int (*clua_call)(void *context, clua *, int function, const uint8_t *bytes, size_t count);

/// Null when memory is short.
clua *clua_new(const clua_limits *, clua_call, void *context);
void clua_free(clua *);

/// Sets what a function of the host answers; false when memory is short.
int clua_answer(clua *, const uint8_t *bytes, size_t count);

/// Gives scripts a function by its path, such as "kong.log.err". A last part `__index`, `__newindex` or `__call` makes it
/// that of the table before; it does not get the table then.
int clua_define(clua *, const char *path, int function);

/// Compiles a text; binary chunks are refused.
int clua_compile(clua *, const uint8_t *source, size_t count, const char *name, int *chunk);

/// Runs a chunk with an array of arguments.
int clua_run(clua *, int chunk, const uint8_t *arguments, size_t count);

/// Runs chunks that answer with a function each, and hands the message through these; nil ends the chain.
int clua_run_chain(clua *, const int *chunks, size_t chunk_count, const uint8_t *message, size_t count);

/// The value of the last run, or the message of the last error. Valid until the next call.
const uint8_t *clua_result(const clua *, size_t *count);

/// Bytes that Lua's values take.
size_t clua_memory(const clua *);
