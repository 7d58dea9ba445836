#include "sandbox.h"

#include <math.h>
#include <string.h>

/// Where the functions that every run starts from are kept in the registry. No script can reach a table of these: tables
/// are copied into a run's globals when they are first asked for.
static char base_key, globals_metatable_key;

static const char *const base_functions[] = {
    "assert", "error", "getmetatable", "ipairs", "next", "pairs", "rawequal", "rawget", "rawset", "select",
    "setmetatable", "tonumber", "type", "unpack", "_VERSION", NULL,
};
static const char *const string_functions[] = {
    "byte", "char", "format", "len", "lower", "rep", "reverse", "sub", "upper", NULL,
};
static const char *const table_functions[] = {
    "concat", "foreach", "foreachi", "getn", "insert", "maxn", "remove", "sort", NULL,
};
static const char *const math_functions[] = {
    "abs", "acos", "asin", "atan", "atan2", "ceil", "cos", "cosh", "deg", "exp", "floor", "fmod", "frexp", "huge",
    "ldexp", "log", "log10", "max", "min", "mod", "modf", "pi", "pow", "rad", "sin", "sinh", "sqrt", "tan", "tanh",
    NULL,
};
static const char *const os_functions[] = {"clock", "difftime", "time", NULL};

/// What else than the length of its arguments a function's work grows with.
enum { by_length_alone, by_count, by_place, by_order };

static int work_of(const char *name) {
    if (strcmp(name, "rep") == 0) { return by_count; }
    if (strcmp(name, "sort") == 0) { return by_order; }
    return strcmp(name, "insert") == 0 ? by_place : by_length_alone;
}

/// What table.sort compares by when a script says nothing: some orders make it look at each pair.
static int counted_is_less(lua_State *L) {
    charge(L, sandbox_of(L), 1);
    lua_pushboolean(L, lua_lessthan(L, 1, 2));
    return 1;
}

/// Calls the library's function that is its upvalue, after counting the length of what it is handed as work.
static int metered(lua_State *L) {
    lua_CFunction function = *(lua_CFunction *)lua_touserdata(L, lua_upvalueindex(1));
    uint64_t work = 0;
    for (int place = lua_gettop(L); place > 0; place--) {
        int type = lua_type(L, place);
        if (type == LUA_TSTRING || type == LUA_TTABLE) { work += lua_objlen(L, place); }
    }
    // A number in a string counts as one for the library too.
    double number = lua_isnumber(L, 2) ? lua_tonumber(L, 2) : 0;
    double steps = 0;
    lua_Integer kind = lua_tointeger(L, lua_upvalueindex(2));
    if (kind == by_count) {
        // Even of an empty string it counts up to the number.
        steps = number * (double)(work ? work : 1);
    } else if (kind == by_place && lua_gettop(L) == 3) {
        // It goes from the end to the place, wherever that is.
        steps = fabs(number);
    } else if (kind == by_order && lua_istable(L, 1) && lua_isnoneornil(L, 2)) {
        lua_settop(L, 1);
        lua_pushcfunction(L, counted_is_less);
    }
    work += steps > 1e12 ? 1000000000000u : steps > 0 ? (uint64_t)steps : 0;
    charge(L, sandbox_of(L), work / 16);
    return function(L);
}

/// Copies functions of the table at the top into a new one, which takes its place.
static void select_functions(lua_State *L, const char *const *names, int is_metered) {
    lua_newtable(L);
    for (; *names; names++) {
        lua_getfield(L, -2, *names);
        lua_CFunction function = lua_tocfunction(L, -1);
        if (is_metered && function) {
            lua_pop(L, 1);
            *(lua_CFunction *)lua_newuserdata(L, sizeof function) = function;
            lua_pushinteger(L, work_of(*names));
            lua_pushcclosure(L, metered, 2);
        }
        lua_setfield(L, -2, *names);
    }
    lua_remove(L, -2);
}

static void set_function(lua_State *L, const char *name, lua_CFunction function) {
    lua_pushcfunction(L, function);
    lua_setfield(L, -2, name);
}

/// As the library's, but no address of this process is told.
static int to_string(lua_State *L) {
    luaL_checkany(L, 1);
    if (luaL_callmeta(L, 1, "__tostring")) { return 1; }
    switch (lua_type(L, 1)) {
    case LUA_TSTRING: lua_pushvalue(L, 1); break;
    case LUA_TNUMBER: lua_pushstring(L, lua_tostring(L, 1)); break;
    case LUA_TBOOLEAN: lua_pushstring(L, lua_toboolean(L, 1) ? "true" : "false"); break;
    case LUA_TNIL: lua_pushliteral(L, "nil"); break;
    case LUA_TLIGHTUSERDATA: lua_pushstring(L, lua_touserdata(L, 1) ? "userdata" : "userdata: NULL"); break;
    default: {
        // Different for each object and the same each time, as scripts may use it for a key.
        uint64_t hidden = (uint64_t)(uintptr_t)lua_topointer(L, 1) ^ sandbox_of(L)->hiding;
        hidden = (hidden ^ hidden >> 31) * 0x9e3779b97f4a7c15u;
        hidden ^= hidden >> 29;
        lua_pushfstring(
            L, "%s: 0x%d%d", luaL_typename(L, 1), (int)(hidden >> 34 & 0x1fffffff), (int)(hidden & 0x1fffffff));
    }
    }
    return 1;
}

int protected_call(lua_State *L) {
    luaL_checkany(L, 1);
    int status = lua_pcall(L, lua_gettop(L) - 1, LUA_MULTRET, 0);
    if (status) { raise_if_stopped(L, sandbox_of(L), status); }
    lua_pushboolean(L, status == 0);
    lua_insert(L, 1);
    return lua_gettop(L);
}

/// The handler runs after the error has ended the function: at the place of the error no hook would watch it.
int protected_call_with_handler(lua_State *L) {
    luaL_checkany(L, 2);
    lua_settop(L, 2);
    lua_insert(L, 1);
    int status = lua_pcall(L, 0, LUA_MULTRET, 0);
    if (status) {
        raise_if_stopped(L, sandbox_of(L), status);
        lua_call(L, 1, 1);
        lua_pushboolean(L, 0);
        lua_insert(L, 1);
        return 2;
    }
    lua_pushboolean(L, 1);
    lua_replace(L, 1);
    return lua_gettop(L);
}

static int host_function(lua_State *L) {
    clua *box = sandbox_of(L);
    int first = lua_toboolean(L, lua_upvalueindex(2)) ? 2 : 1;
    int top = lua_gettop(L);
    box->out.count = 0;
    box->value_count = 0;
    write_tag(L, box, CLUA_ARRAY);
    write_count(L, box, top < first ? 0 : (size_t)(top - first + 1));
    for (int place = first; place <= top; place++) { write_value(L, box, place, 1); }
    charge(L, box, 20);
    ask_host(L, box, (int)lua_tointeger(L, lua_upvalueindex(1)), 1);
    box->value_count = 0;
    const uint8_t *position = box->in.bytes;
    push_value(L, box, &position, 0);
    return 1;
}

/// Replaces the table at the top by a copy; tables in it are copied, their metatables shared.
static void copy_table(lua_State *L) {
    luaL_checkstack(L, 8, "too deep");
    lua_newtable(L);
    lua_pushnil(L);
    while (lua_next(L, -3)) {
        if (lua_istable(L, -1)) { copy_table(L); }
        lua_pushvalue(L, -2);
        lua_insert(L, -2);
        lua_rawset(L, -4);
    }
    if (lua_getmetatable(L, -2)) { lua_setmetatable(L, -2); }
    lua_remove(L, -2);
}

/// What a global is that the script has not set.
static int base_value(lua_State *L) {
    lua_settop(L, 2);
    if (lua_type(L, 2) == LUA_TSTRING && strcmp(lua_tostring(L, 2), "_G") == 0) {
        lua_pushvalue(L, 1);
        return 1;
    }
    lua_pushvalue(L, 2);
    lua_rawget(L, lua_upvalueindex(1));
    if (lua_istable(L, -1)) {
        copy_table(L);
        lua_pushvalue(L, 2);
        lua_pushvalue(L, -2);
        lua_rawset(L, 1);
    }
    return 1;
}

static void hide_metatable(lua_State *L) {
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
}

/// Opens a library as Lua's own code does, and leaves its table at the top.
static void open_library(lua_State *L, lua_CFunction open, const char *name) {
    lua_pushcfunction(L, open);
    lua_pushstring(L, name);
    lua_call(L, 1, 0);
    lua_getglobal(L, *name ? name : "_G");
}

void open_environment(lua_State *L) {
    open_library(L, luaopen_base, "");
    select_functions(L, base_functions, 0);
    set_function(L, "tostring", to_string);
    set_function(L, "pcall", protected_call);
    set_function(L, "xpcall", protected_call_with_handler);
    set_function(L, "require", require_module);

    open_library(L, luaopen_string, LUA_STRLIBNAME);
    select_functions(L, string_functions, 1);
    set_function(L, "find", string_find);
    set_function(L, "match", string_match);
    set_function(L, "gmatch", string_gmatch);
    set_function(L, "gsub", string_gsub);
    // Methods of strings come from a table that no script sees.
    lua_pushliteral(L, "");
    lua_newtable(L);
    lua_pushvalue(L, -3);
    lua_setfield(L, -2, "__index");
    hide_metatable(L);
    lua_setmetatable(L, -2);
    lua_pop(L, 1);
    lua_setfield(L, -2, LUA_STRLIBNAME);

    open_library(L, luaopen_table, LUA_TABLIBNAME);
    select_functions(L, table_functions, 1);
    lua_setfield(L, -2, LUA_TABLIBNAME);

    open_library(L, luaopen_math, LUA_MATHLIBNAME);
    select_functions(L, math_functions, 0);
    set_function(L, "random", math_random);
    set_function(L, "randomseed", math_randomseed);
    lua_setfield(L, -2, LUA_MATHLIBNAME);

    open_library(L, luaopen_os, LUA_OSLIBNAME);
    select_functions(L, os_functions, 0);
    set_function(L, "date", os_date);
    lua_setfield(L, -2, LUA_OSLIBNAME);

    lua_pushlightuserdata(L, &globals_metatable_key);
    lua_newtable(L);
    lua_pushvalue(L, -3);
    lua_pushcclosure(L, base_value, 1);
    lua_setfield(L, -2, "__index");
    hide_metatable(L);
    lua_rawset(L, LUA_REGISTRYINDEX);

    lua_pushlightuserdata(L, &base_key);
    lua_insert(L, -2);
    lua_rawset(L, LUA_REGISTRYINDEX);

    // What else the libraries opened is out of reach, and goes.
    lua_newtable(L);
    lua_replace(L, LUA_GLOBALSINDEX);
    lua_pushnil(L);
    lua_setfield(L, LUA_REGISTRYINDEX, "_LOADED");
}

void push_globals(lua_State *L) {
    lua_newtable(L);
    lua_pushlightuserdata(L, &globals_metatable_key);
    lua_rawget(L, LUA_REGISTRYINDEX);
    lua_setmetatable(L, -2);
}

int define_function(lua_State *L, const char *path, int function) {
    lua_pushlightuserdata(L, &base_key);
    lua_rawget(L, LUA_REGISTRYINDEX);
    const char *dot;
    while ((dot = strchr(path, '.'))) {
        lua_pushlstring(L, path, (size_t)(dot - path));
        lua_pushvalue(L, -1);
        lua_rawget(L, -3);
        if (!lua_istable(L, -1)) {
            lua_pop(L, 1);
            lua_newtable(L);
            lua_pushvalue(L, -2);
            lua_pushvalue(L, -2);
            lua_rawset(L, -5);
        }
        lua_replace(L, -3);
        lua_pop(L, 1);
        path = dot + 1;
    }
    int is_event = strncmp(path, "__", 2) == 0;
    if (is_event && !lua_getmetatable(L, -1)) {
        lua_newtable(L);
        hide_metatable(L);
        lua_pushvalue(L, -1);
        lua_setmetatable(L, -3);
    }
    lua_pushinteger(L, function);
    lua_pushboolean(L, is_event);
    lua_pushcclosure(L, host_function, 2);
    lua_setfield(L, -2, path);
    return 0;
}
