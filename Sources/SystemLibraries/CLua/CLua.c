#include "sandbox.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

static const cjson_settings initial_settings = {1, 0, 0, 2, 10};
/// What a run may leave uncollected, and what buffers may keep.
static const size_t small_amount = 65536;

clua *sandbox_of(lua_State *L) {
    void *box;
    lua_getallocf(L, &box);
    return box;
}

/// Reached only if something here lets Lua raise unprotected: there is no way on.
static int panic(lua_State *L) {
    (void)L;
    abort();
}

/// Never 0.
static uint64_t random_word(void) {
    uint64_t word = 0;
    if (getrandom(&word, sizeof word, GRND_NONBLOCK) != (ssize_t)sizeof word) { word = nanoseconds_of(CLOCK_REALTIME); }
    return word ? word : 1;
}

static int open_protected(lua_State *L) {
    open_environment(L);
    return 0;
}

/// Lua halves its stack, its table of strings and a buffer at each collection: they may have grown large.
static int collect_protected(lua_State *L) {
    clua *box = sandbox_of(L);
    size_t before;
    do {
        before = box->memory;
        lua_gc(L, LUA_GCCOLLECT, 0);
    } while (box->memory < before - before / 8);
    box->kept_memory = box->memory;
    return 0;
}

/// Work of our own, which must not fail because a script has left no memory.
static int tidy(clua *box, lua_CFunction work, void *argument) {
    box->is_tidying = 1;
    int status = lua_cpcall(box->L, work, argument);
    box->is_tidying = 0;
    if (status) { lua_settop(box->L, 0); }
    return status;
}

clua *clua_new(const clua_limits *limits, clua_call call, void *context) {
    clua *box = calloc(1, sizeof *box);
    if (!box) { return NULL; }
    box->limits = *limits;
    box->call = call;
    box->context = context;
    box->cjson = initial_settings;
    box->hiding = random_word();
    box->random = random_word();
    box->L = lua_newstate(limited_allocate, box);
    if (box->L) { lua_atpanic(box->L, panic); }
    if (!box->L || lua_cpcall(box->L, open_protected, NULL) || tidy(box, collect_protected, NULL)) {
        clua_free(box);
        return NULL;
    }
    lua_sethook(box->L, count_hook, LUA_MASKCOUNT, 100);
    return box;
}

void clua_free(clua *box) {
    if (box->L) { lua_close(box->L); }
    buffer_free(&box->out);
    buffer_free(&box->in);
    free(box);
}

int clua_answer(clua *box, const uint8_t *bytes, size_t count) {
    box->in.count = 0;
    return buffer_append(&box->in, bytes, count);
}

const uint8_t *clua_result(const clua *box, size_t *count) {
    *count = box->out.count;
    return box->out.bytes;
}

size_t clua_memory(const clua *box) { return box->memory; }

static void set_message(clua *box, const char *first, const char *second, size_t count) {
    box->out.count = 0;
    if (buffer_append(&box->out, first, strlen(first))) {
        buffer_append(&box->out, second, count < 1000 ? count : 1000);
    }
}

/// The outcome of protected work: its message goes where a result would.
static int outcome(clua *box, int status) {
    if (!status) { return CLUA_OK; }
    lua_State *L = box->L;
    char text[128];
    int kind = box->stopped ? box->stopped : status == LUA_ERRMEM ? CLUA_MEMORY : CLUA_RUNTIME;
    size_t length = 0;
    const char *message = text;
    switch (kind) {
    case CLUA_INSTRUCTIONS:
        length = (size_t)snprintf(
            text, sizeof text, "the script took more than %llu instructions",
            (unsigned long long)box->limits.instructions);
        break;
    case CLUA_TIME:
        length = (size_t)snprintf(
            text, sizeof text, "the script took more than %llu ms of processor time",
            (unsigned long long)box->limits.nanoseconds / 1000000);
        break;
    case CLUA_MEMORY:
        length = (size_t)snprintf(
            text, sizeof text, "the script needs more than %zu bytes of memory", box->limits.memory);
        break;
    default:
        // Not lua_tolstring for a number: it would allocate.
        if (lua_type(L, -1) == LUA_TSTRING) {
            message = lua_tolstring(L, -1, &length);
        } else if (lua_type(L, -1) == LUA_TNUMBER) {
            length = (size_t)snprintf(text, sizeof text, "%.14g", lua_tonumber(L, -1));
        } else {
            length = (size_t)snprintf(
                text, sizeof text, "(the error is a %s value)", lua_typename(L, lua_type(L, -1)));
        }
        if (box->is_result) { kind = CLUA_BAD_VALUE; }
    }
    set_message(box, kind == CLUA_RUNTIME || kind == CLUA_BAD_VALUE ? "" : box->place, message, length);
    lua_settop(L, 0);
    return kind;
}

typedef struct {
    clua *box;
    const char *name;
    int function;
} definition;

static int define_protected(lua_State *L) {
    definition *work = lua_touserdata(L, 1);
    return define_function(L, work->name, work->function);
}

int clua_define(clua *box, const char *path, int function) {
    definition work = {box, path, function};
    box->is_result = 0;
    return outcome(box, lua_cpcall(box->L, define_protected, &work));
}

typedef struct {
    clua *box;
    const uint8_t *source;
    size_t count;
    const char *name;
    int chunk;
    int is_syntax;
} compilation;

static int compile_protected(lua_State *L) {
    compilation *work = lua_touserdata(L, 1);
    lua_pushfstring(L, "=%s", work->name);
    int status = luaL_loadbuffer(L, (const char *)work->source, work->count, lua_tostring(L, -1));
    if (status) {
        work->is_syntax = status == LUA_ERRSYNTAX;
        if (status == LUA_ERRMEM) { work->box->stopped = CLUA_MEMORY; }
        return lua_error(L);
    }
    work->chunk = luaL_ref(L, LUA_REGISTRYINDEX);
    return 0;
}

int clua_compile(clua *box, const uint8_t *source, size_t count, const char *name, int *chunk) {
    box->stopped = 0;
    box->place[0] = 0;
    box->is_result = 0;
    if (count > 0 && source[0] == LUA_SIGNATURE[0]) {
        set_message(box, name, ": compiled chunks are refused", strlen(": compiled chunks are refused"));
        return CLUA_SYNTAX;
    }
    compilation work = {box, source, count, name, LUA_NOREF, 0};
    int status = outcome(box, lua_cpcall(box->L, compile_protected, &work));
    if (status) { tidy(box, collect_protected, NULL); }
    *chunk = work.chunk;
    return status == CLUA_RUNTIME && work.is_syntax ? CLUA_SYNTAX : status;
}

typedef struct {
    clua *box;
    const int *chunks;
    size_t chunk_count;
    int is_chain;
    const uint8_t *bytes;
} run;

static void push_chunk(lua_State *L, int chunk) {
    lua_rawgeti(L, LUA_REGISTRYINDEX, chunk);
    push_globals(L);
    lua_setfenv(L, -2);
}

static void clear_key(lua_State *L, void *key) {
    lua_pushlightuserdata(L, key);
    lua_pushnil(L);
    lua_rawset(L, LUA_REGISTRYINDEX);
}

/// Pushes the elements of the array at `bytes`, and answers how many.
static int push_arguments(lua_State *L, clua *box, const uint8_t *bytes) {
    uint32_t count;
    const uint8_t *position = bytes + 1;
    memcpy(&count, position, sizeof count);
    position += sizeof count;
    if (count > 200) { luaL_error(L, "more than 200 arguments"); }
    luaL_checkstack(L, (int)count + 8, "too many arguments");
    for (uint32_t place = 0; place < count; place++) { push_value(L, box, &position, 0); }
    return (int)count;
}

static int run_protected(lua_State *L) {
    run *work = lua_touserdata(L, 1);
    clua *box = work->box;
    if (work->is_chain) {
        const uint8_t *position = work->bytes;
        push_value(L, box, &position, 0);
        for (size_t place = 0; place < work->chunk_count && !lua_isnil(L, -1); place++) {
            push_chunk(L, work->chunks[place]);
            lua_call(L, 0, 1);
            if (!lua_isfunction(L, -1)) {
                box->is_result = 1;
                luaL_error(L, "script %d returned a %s, not a function", (int)place + 1, luaL_typename(L, -1));
            }
            lua_insert(L, -2);
            lua_call(L, 1, 1);
        }
    } else {
        push_chunk(L, work->chunks[0]);
        lua_call(L, push_arguments(L, box, work->bytes), 1);
    }
    box->is_result = 1;
    box->out.count = 0;
    box->value_count = 0;
    write_value(L, box, lua_gettop(L), 0);
    return 0;
}

/// Lets go of what the run made: its chunks hold the globals, and the registry what `require` gave.
static int finish_protected(lua_State *L) {
    run *work = lua_touserdata(L, 1);
    for (size_t place = 0; place < work->chunk_count; place++) {
        lua_rawgeti(L, LUA_REGISTRYINDEX, work->chunks[place]);
        lua_pushvalue(L, LUA_GLOBALSINDEX);
        lua_setfenv(L, -2);
        lua_pop(L, 1);
    }
    clear_key(L, &array_mt_key);
    clear_key(L, &empty_array_mt_key);
    clear_key(L, &loaded_key);
    return 0;
}

static int run_all(clua *box, run *work) {
    box->stopped = 0;
    box->place[0] = 0;
    box->used = 0;
    box->value_count = 0;
    box->is_result = 0;
    if (box->out.capacity > small_amount) { buffer_free(&box->out); }
    box->cjson = initial_settings;
    if (box->is_seeded) {
        box->random = random_word();
        box->is_seeded = 0;
    }
    box->wall_start = nanoseconds_of(CLOCK_MONOTONIC_COARSE);
    box->processor_start = nanoseconds_of(CLOCK_THREAD_CPUTIME_ID);
    box->is_running = 1;
    int status = lua_cpcall(box->L, run_protected, work);
    box->is_running = 0;
    int result = outcome(box, status);
    lua_settop(box->L, 0);
    tidy(box, finish_protected, work);
    if (result || box->memory > box->kept_memory + small_amount) { tidy(box, collect_protected, NULL); }
    if (box->in.capacity > small_amount) { buffer_free(&box->in); }
    return result;
}

int clua_run(clua *box, int chunk, const uint8_t *arguments, size_t count) {
    (void)count;
    run work = {box, &chunk, 1, 0, arguments};
    return run_all(box, &work);
}

int clua_run_chain(clua *box, const int *chunks, size_t chunk_count, const uint8_t *message, size_t count) {
    (void)count;
    run work = {box, chunks, chunk_count, 1, message};
    return run_all(box, &work);
}
