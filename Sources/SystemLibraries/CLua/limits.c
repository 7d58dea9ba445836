#include "sandbox.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/// How many bytes that are allocated count as one instruction.
static const size_t bytes_an_instruction = 64;
/// What letting go of a run may take beyond the limit.
static const size_t tidying_memory = 65536;

uint64_t nanoseconds_of(int clock) {
    struct timespec now;
    clock_gettime((clockid_t)clock, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

void *limited_allocate(void *context, void *block, size_t old_size, size_t new_size) {
    clua *box = context;
    if (new_size == 0) {
        free(block);
        box->memory -= old_size;
        return NULL;
    }
    if (new_size > old_size) {
        size_t more = new_size - old_size;
        size_t limit = box->limits.memory + (box->is_tidying ? tidying_memory : 0);
        if (more > limit || box->memory > limit - more) {
            if (box->is_running && !box->stopped) { box->stopped = CLUA_MEMORY; }
            return NULL;
        }
        if (box->is_running) {
            // Refusing memory is the one way to end a function of Lua's library half-way.
            box->used += more / bytes_an_instruction;
            if (box->used > box->limits.instructions) {
                if (!box->stopped) { box->stopped = CLUA_INSTRUCTIONS; }
                return NULL;
            }
        }
    }
    void *moved = realloc(block, new_size);
    if (!moved) { return new_size <= old_size ? block : NULL; }
    box->memory += new_size;
    box->memory -= old_size;
    return moved;
}

static void note_place(lua_State *L, clua *box, lua_Debug *where) {
    if (lua_getinfo(L, "Sl", where) && where->currentline > 0) {
        snprintf(box->place, sizeof box->place, "%s:%d: ", where->short_src, where->currentline);
    }
}

static void stop(lua_State *L, clua *box, int why) {
    if (!box->stopped) { box->stopped = why; }
    lua_Debug where;
    // The nearest function of the script's.
    for (int level = 0; !box->place[0] && level < 4 && lua_getstack(L, level, &where); level++) {
        note_place(L, box, &where);
    }
    lua_pushnil(L);
    lua_error(L);
}

void charge(lua_State *L, clua *box, uint64_t instructions) {
    box->used += instructions;
    if (box->stopped || box->used > box->limits.instructions) { stop(L, box, CLUA_INSTRUCTIONS); }
}

void count_hook(lua_State *L, lua_Debug *where) {
    clua *box = sandbox_of(L);
    if (!box->is_running) { return; }
    box->used += 100;
    int why = box->stopped;
    if (!why && box->used > box->limits.instructions) { why = CLUA_INSTRUCTIONS; }
    // Another process may have had the processor: what this thread itself took is dear to ask, so only when it matters.
    if (!why && nanoseconds_of(CLOCK_MONOTONIC_COARSE) - box->wall_start > box->limits.nanoseconds
        && nanoseconds_of(CLOCK_THREAD_CPUTIME_ID) - box->processor_start > box->limits.nanoseconds) {
        why = CLUA_TIME;
    }
    if (why) {
        note_place(L, box, where);
        stop(L, box, why);
    }
    // Lua 5.1 does not collect when memory is refused, so it is done before garbage fills the limit.
    if (box->memory > box->limits.memory / 2 && box->memory > box->kept_memory + box->limits.memory / 8) {
        lua_gc(L, LUA_GCCOLLECT, 0);
        box->kept_memory = box->memory;
    }
}

void raise_if_stopped(lua_State *L, clua *box, int status) {
    if (status == LUA_ERRMEM && !box->stopped) { box->stopped = CLUA_MEMORY; }
    if (box->stopped) {
        lua_pushnil(L);
        lua_error(L);
    }
}
