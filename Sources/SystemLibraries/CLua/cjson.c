#include "sandbox.h"

#include <string.h>

char empty_array_mark, array_mt_key, empty_array_mt_key, loaded_key;

void push_array_mark(lua_State *L, int is_empty) {
    void *key = is_empty ? &empty_array_mt_key : &array_mt_key;
    lua_pushlightuserdata(L, key);
    lua_rawget(L, LUA_REGISTRYINDEX);
    if (lua_istable(L, -1)) { return; }
    lua_pop(L, 1);
    lua_newtable(L);
    lua_pushlightuserdata(L, key);
    lua_pushvalue(L, -2);
    lua_rawset(L, LUA_REGISTRYINDEX);
}

static int encode(lua_State *L) {
    clua *box = sandbox_of(L);
    luaL_argcheck(L, lua_gettop(L) == 1, 1, "expected 1 argument");
    box->out.count = 0;
    box->value_count = 0;
    write_value(L, box, 1, 0);
    // Alone, nil is null.
    if (box->out.bytes[0] == CLUA_NIL) { box->out.bytes[0] = CLUA_NULL; }
    ask_host(L, box, CLUA_ENCODE, 1);
    charge(L, box, 20 + box->in.count / 16);
    lua_pushlstring(L, (const char *)box->in.bytes, box->in.count);
    return 1;
}

static int decode(lua_State *L) {
    clua *box = sandbox_of(L);
    luaL_argcheck(L, lua_gettop(L) == 1, 1, "expected 1 argument");
    size_t count;
    const char *text = luaL_checklstring(L, 1, &count);
    if (count > box->limits.value_bytes) {
        luaL_error(L, "a text of more than %d bytes", (int)box->limits.value_bytes);
    }
    charge(L, box, 20 + count / 16);
    box->out.count = 0;
    if (!buffer_append(&box->out, text, count)) { luaL_error(L, "not enough memory"); }
    ask_host(L, box, CLUA_DECODE, 1);
    box->value_count = 0;
    const uint8_t *position = box->in.bytes;
    push_value(L, box, &position, 0);
    return 1;
}

/// Calls the function that is its first upvalue: an error becomes nil and the message.
static int safely(lua_State *L) {
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    int status = lua_pcall(L, lua_gettop(L) - 1, 1, 0);
    if (!status) { return 1; }
    raise_if_stopped(L, sandbox_of(L), status);
    lua_pushnil(L);
    lua_insert(L, -2);
    return 2;
}

static int setting(lua_State *L, int *value) {
    if (!lua_isnoneornil(L, 1)) {
        luaL_checktype(L, 1, LUA_TBOOLEAN);
        *value = lua_toboolean(L, 1);
    }
    lua_pushboolean(L, *value);
    return 1;
}

static int encode_empty_table_as_object(lua_State *L) {
    return setting(L, &sandbox_of(L)->cjson.empty_table_as_object);
}

static int decode_array_with_array_mt(lua_State *L) {
    return setting(L, &sandbox_of(L)->cjson.decode_with_array_mt);
}

static int encode_sparse_array(lua_State *L) {
    cjson_settings *settings = &sandbox_of(L)->cjson;
    int ratio = luaL_optint(L, 2, settings->sparse_ratio);
    int safe = luaL_optint(L, 3, settings->sparse_safe);
    setting(L, &settings->convert_sparse);
    settings->sparse_ratio = ratio;
    settings->sparse_safe = safe;
    lua_pushinteger(L, settings->sparse_ratio);
    lua_pushinteger(L, settings->sparse_safe);
    return 3;
}

static void push_cjson(lua_State *L, int is_safe) {
    lua_newtable(L);
    lua_CFunction functions[] = {encode, decode};
    const char *names[] = {"encode", "decode"};
    for (int place = 0; place < 2; place++) {
        lua_pushcfunction(L, functions[place]);
        if (is_safe) { lua_pushcclosure(L, safely, 1); }
        lua_setfield(L, -2, names[place]);
    }
    lua_pushcfunction(L, encode_empty_table_as_object);
    lua_setfield(L, -2, "encode_empty_table_as_object");
    lua_pushcfunction(L, decode_array_with_array_mt);
    lua_setfield(L, -2, "decode_array_with_array_mt");
    lua_pushcfunction(L, encode_sparse_array);
    lua_setfield(L, -2, "encode_sparse_array");
    lua_pushlightuserdata(L, NULL);
    lua_setfield(L, -2, "null");
    lua_pushlightuserdata(L, &empty_array_mark);
    lua_setfield(L, -2, "empty_array");
    push_array_mark(L, 0);
    lua_setfield(L, -2, "array_mt");
    push_array_mark(L, 1);
    lua_setfield(L, -2, "empty_array_mt");
    lua_pushstring(L, is_safe ? "cjson.safe" : "cjson");
    lua_setfield(L, -2, "_NAME");
}

int require_module(lua_State *L) {
    const char *name = luaL_checkstring(L, 1);
    lua_pushlightuserdata(L, &loaded_key);
    lua_rawget(L, LUA_REGISTRYINDEX);
    if (!lua_istable(L, -1)) {
        lua_newtable(L);
        lua_pushlightuserdata(L, &loaded_key);
        lua_pushvalue(L, -2);
        lua_rawset(L, LUA_REGISTRYINDEX);
    }
    lua_getfield(L, -1, name);
    if (!lua_isnil(L, -1)) { return 1; }
    lua_pop(L, 1);
    int is_safe = strcmp(name, "cjson.safe") == 0;
    if (!is_safe && strcmp(name, "cjson") != 0) {
        return luaL_error(L, "require of '%s' is not allowed here; there are cjson and cjson.safe", name);
    }
    push_cjson(L, is_safe);
    lua_pushvalue(L, -1);
    lua_setfield(L, -3, name);
    return 1;
}
