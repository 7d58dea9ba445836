#pragma once
#include "CLua.h"

#include <lua5.1/lauxlib.h>
#include <lua5.1/lua.h>
#include <lua5.1/lualib.h>

// Short names, for these files alone.
#pragma GCC visibility push(hidden)

typedef struct {
    uint8_t *bytes;
    size_t count;
    size_t capacity;
} bytes_buffer;

/// What of `cjson` a script can change; as it was at each start of a run.
typedef struct {
    int empty_table_as_object;
    int decode_with_array_mt;
    int convert_sparse;
    int sparse_ratio;
    int sparse_safe;
} cjson_settings;

struct clua {
    lua_State *L;
    clua_limits limits;
    clua_call call;
    void *context;

    size_t memory;
    /// What was left by the last full collection.
    size_t kept_memory;
    uint64_t used;
    /// When the run began, by the wall, which is cheap to ask, and in processor time.
    uint64_t wall_start;
    uint64_t processor_start;
    int is_running;
    int is_tidying;
    /// Why the run must end: one of the outcomes, or 0. No script catches this.
    int stopped;
    /// Where it was when it had to end.
    char place[128];

    uint64_t random;
    /// A script has chosen what chance is.
    int is_seeded;
    /// What addresses are hidden by.
    uint64_t hiding;
    cjson_settings cjson;

    /// A value on its way out, and the host's answer on its way in.
    bytes_buffer out;
    bytes_buffer in;
    size_t value_count;
    int is_result;
};

/// The sandbox of a state.
clua *sandbox_of(lua_State *L);
/// Counts work as instructions; raises when there are too many.
void charge(lua_State *L, clua *box, uint64_t instructions);
/// Passes an error on that no script may catch.
void raise_if_stopped(lua_State *L, clua *box, int status);
void count_hook(lua_State *L, lua_Debug *where);
void *limited_allocate(void *context, void *block, size_t old_size, size_t new_size);
uint64_t nanoseconds_of(int clock);

/// Appends; 0 when memory is short.
int buffer_append(bytes_buffer *, const void *bytes, size_t count);
void buffer_free(bytes_buffer *);
/// Writes the value at a place of the stack into `out`.
void write_value(lua_State *L, clua *box, int index, int depth);
void write_tag(lua_State *L, clua *box, int tag);
void write_count(lua_State *L, clua *box, size_t count);
/// Pushes the value at `*position`, which is moved behind it.
void push_value(lua_State *L, clua *box, const uint8_t **position, int depth);
/// Asks the host; its answer is in `in`. Raises when it is an error and `raises`; else answers whether it is none.
int ask_host(lua_State *L, clua *box, int function, int raises);

/// Pushes the metatable that marks arrays: `array_mt`, or `empty_array_mt`.
void push_array_mark(lua_State *L, int is_empty);
extern char empty_array_mark, array_mt_key, empty_array_mt_key, loaded_key;
int require_module(lua_State *L);

/// Opens what scripts may use. In protected mode.
void open_environment(lua_State *L);
/// Pushes a new table of globals.
void push_globals(lua_State *L);
int define_function(lua_State *L, const char *path, int function);
int protected_call(lua_State *L);
int protected_call_with_handler(lua_State *L);
int string_find(lua_State *L);
int string_match(lua_State *L);
int string_gmatch(lua_State *L);
int string_gsub(lua_State *L);
int os_date(lua_State *L);
int math_random(lua_State *L);
int math_randomseed(lua_State *L);

#pragma GCC visibility pop
