#include "sandbox.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int buffer_append(bytes_buffer *buffer, const void *bytes, size_t count) {
    if (buffer->capacity - buffer->count < count) {
        size_t capacity = buffer->capacity ? buffer->capacity * 2 : 1024;
        while (capacity - buffer->count < count) { capacity *= 2; }
        uint8_t *moved = realloc(buffer->bytes, capacity);
        if (!moved) { return 0; }
        buffer->bytes = moved;
        buffer->capacity = capacity;
    }
    if (count) { memcpy(buffer->bytes + buffer->count, bytes, count); }
    buffer->count += count;
    return 1;
}

void buffer_free(bytes_buffer *buffer) {
    free(buffer->bytes);
    *buffer = (bytes_buffer){0};
}

static void put(lua_State *L, clua *box, const void *bytes, size_t count) {
    if (count > box->limits.value_bytes || box->out.count > box->limits.value_bytes - count) {
        luaL_error(L, "a value of more than %d bytes", (int)box->limits.value_bytes);
    }
    if (!buffer_append(&box->out, bytes, count)) { luaL_error(L, "not enough memory"); }
}

void write_tag(lua_State *L, clua *box, int tag) {
    uint8_t byte = (uint8_t)tag;
    put(L, box, &byte, 1);
}

void write_count(lua_State *L, clua *box, size_t count) {
    uint32_t word = (uint32_t)count;
    put(L, box, &word, sizeof word);
}

/// The highest index when all keys are whole numbers from 1 and not too many are missing; else -1.
static double array_length(lua_State *L, clua *box, int index) {
    double highest = 0;
    double items = 0;
    lua_pushnil(L);
    while (lua_next(L, index)) {
        lua_pop(L, 1);
        double key = lua_type(L, -1) == LUA_TNUMBER ? lua_tonumber(L, -1) : 0;
        if (!(key >= 1 && floor(key) == key)) {
            lua_pop(L, 1);
            return -1;
        }
        if (key > highest) { highest = key; }
        items++;
    }
    charge(L, box, (uint64_t)items / 8);
    if (box->cjson.sparse_ratio > 0 && highest > items * box->cjson.sparse_ratio && highest > box->cjson.sparse_safe) {
        if (!box->cjson.convert_sparse) { luaL_error(L, "Cannot serialise table: excessively sparse array"); }
        return -1;
    }
    return highest;
}

static void write_array(lua_State *L, clua *box, int index, size_t count, int depth) {
    if (count > box->limits.value_count) { luaL_error(L, "more than %d values", (int)box->limits.value_count); }
    write_tag(L, box, CLUA_ARRAY);
    write_count(L, box, count);
    for (size_t place = 1; place <= count; place++) {
        lua_rawgeti(L, index, (int)place);
        if (lua_isnil(L, -1)) {
            lua_pop(L, 1);
            lua_pushlightuserdata(L, NULL);
        }
        write_value(L, box, lua_gettop(L), depth + 1);
        lua_pop(L, 1);
    }
}

static void write_object(lua_State *L, clua *box, int index, int depth) {
    write_tag(L, box, CLUA_OBJECT);
    size_t count_place = box->out.count;
    write_count(L, box, 0);
    uint32_t count = 0;
    lua_pushnil(L);
    while (lua_next(L, index)) {
        size_t length;
        const char *name;
        char digits[64];
        switch (lua_type(L, -2)) {
        case LUA_TSTRING: name = lua_tolstring(L, -2, &length); break;
        case LUA_TNUMBER:
            length = (size_t)snprintf(digits, sizeof digits, "%.14g", lua_tonumber(L, -2));
            name = digits;
            break;
        default:
            luaL_error(L, "Cannot serialise %s: table key must be a number or string", luaL_typename(L, -2));
            return;
        }
        write_count(L, box, length);
        put(L, box, name, length);
        write_value(L, box, lua_gettop(L), depth + 1);
        lua_pop(L, 1);
        count++;
    }
    memcpy(box->out.bytes + count_place, &count, sizeof count);
}

static int has_metatable(lua_State *L, int index, int is_empty_mark) {
    if (!lua_getmetatable(L, index)) { return 0; }
    lua_pushlightuserdata(L, is_empty_mark ? &empty_array_mt_key : &array_mt_key);
    lua_rawget(L, LUA_REGISTRYINDEX);
    int is_same = lua_rawequal(L, -1, -2);
    lua_pop(L, 2);
    return is_same;
}

static void write_table(lua_State *L, clua *box, int index, int depth) {
    if (depth >= box->limits.value_depth) {
        luaL_error(L, "Cannot serialise, excessive depth (%d)", depth + 1);
    }
    luaL_checkstack(L, 8, "too deep");
    if (has_metatable(L, index, 0)) {
        write_array(L, box, index, lua_objlen(L, index), depth);
        return;
    }
    double length = array_length(L, box, index);
    if (length > 0) {
        // As a double: an index may lie beyond all integers.
        if (length > (double)box->limits.value_count) {
            luaL_error(L, "more than %d values", (int)box->limits.value_count);
        }
        write_array(L, box, index, (size_t)length, depth);
    } else if (length == 0 && (!box->cjson.empty_table_as_object || has_metatable(L, index, 1))) {
        write_array(L, box, index, 0, depth);
    } else {
        write_object(L, box, index, depth);
    }
}

void write_value(lua_State *L, clua *box, int index, int depth) {
    if (++box->value_count > box->limits.value_count) {
        luaL_error(L, "more than %d values", (int)box->limits.value_count);
    }
    switch (lua_type(L, index)) {
    case LUA_TNIL: write_tag(L, box, CLUA_NIL); return;
    case LUA_TBOOLEAN: write_tag(L, box, lua_toboolean(L, index) ? CLUA_TRUE : CLUA_FALSE); return;
    case LUA_TNUMBER: {
        double number = lua_tonumber(L, index);
        if (!isfinite(number)) { luaL_error(L, "Cannot serialise number: must not be NaN or Infinity"); }
        write_tag(L, box, CLUA_NUMBER);
        put(L, box, &number, sizeof number);
        return;
    }
    case LUA_TSTRING: {
        size_t length;
        const char *text = lua_tolstring(L, index, &length);
        write_tag(L, box, CLUA_STRING);
        write_count(L, box, length);
        put(L, box, text, length);
        return;
    }
    case LUA_TTABLE: write_table(L, box, index, depth); return;
    case LUA_TLIGHTUSERDATA:
        if (!lua_touserdata(L, index)) {
            write_tag(L, box, CLUA_NULL);
            return;
        }
        if (lua_touserdata(L, index) == &empty_array_mark) {
            write_tag(L, box, CLUA_ARRAY);
            write_count(L, box, 0);
            return;
        }
        break;
    }
    luaL_error(L, "Cannot serialise %s: type not supported", luaL_typename(L, index));
}

static uint32_t read_count(const uint8_t **position) {
    uint32_t count;
    memcpy(&count, *position, sizeof count);
    *position += sizeof count;
    return count;
}

static void push_string(lua_State *L, const uint8_t **position) {
    uint32_t count = read_count(position);
    lua_pushlstring(L, (const char *)*position, count);
    *position += count;
}

void push_value(lua_State *L, clua *box, const uint8_t **position, int depth) {
    if (++box->value_count > box->limits.value_count) {
        luaL_error(L, "more than %d values", (int)box->limits.value_count);
    }
    switch (*(*position)++) {
    case CLUA_NULL: lua_pushlightuserdata(L, NULL); return;
    case CLUA_FALSE: lua_pushboolean(L, 0); return;
    case CLUA_TRUE: lua_pushboolean(L, 1); return;
    case CLUA_NUMBER: {
        double number;
        memcpy(&number, *position, sizeof number);
        *position += sizeof number;
        lua_pushnumber(L, number);
        return;
    }
    case CLUA_STRING: push_string(L, position); return;
    case CLUA_ARRAY: {
        if (depth >= box->limits.value_depth) { luaL_error(L, "a value of too many levels"); }
        luaL_checkstack(L, 8, "too deep");
        uint32_t count = read_count(position);
        lua_createtable(L, count < 1024 ? (int)count : 1024, 0);
        for (uint32_t place = 1; place <= count; place++) {
            push_value(L, box, position, depth + 1);
            lua_rawseti(L, -2, (int)place);
        }
        // An empty list shall not come back as an object: it is one until somebody gives it a name.
        if (box->cjson.decode_with_array_mt || count == 0) {
            push_array_mark(L, !box->cjson.decode_with_array_mt);
            lua_setmetatable(L, -2);
        }
        return;
    }
    case CLUA_OBJECT: {
        if (depth >= box->limits.value_depth) { luaL_error(L, "a value of too many levels"); }
        luaL_checkstack(L, 8, "too deep");
        uint32_t count = read_count(position);
        lua_createtable(L, 0, count < 1024 ? (int)count : 1024);
        for (uint32_t place = 0; place < count; place++) {
            push_string(L, position);
            push_value(L, box, position, depth + 1);
            lua_rawset(L, -3);
        }
        return;
    }
    default: lua_pushnil(L);
    }
}

int ask_host(lua_State *L, clua *box, int function, int raises) {
    box->in.count = 0;
    int is_error = box->call(box->context, box, function, box->out.bytes, box->out.count);
    if (!is_error) { return 1; }
    if (!raises) { return 0; }
    luaL_where(L, 1);
    lua_pushlstring(L, (const char *)box->in.bytes, box->in.count);
    lua_concat(L, 2);
    lua_error(L);
    return 0;
}
