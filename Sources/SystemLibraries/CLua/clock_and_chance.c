// The library's os.date and math.random share their state with all threads of the process.
#include "sandbox.h"

#include <math.h>
#include <string.h>
#include <time.h>

static void set_field(lua_State *L, const char *name, int value) {
    lua_pushinteger(L, value);
    lua_setfield(L, -2, name);
}

int os_date(lua_State *L) {
    const char *format = luaL_optstring(L, 1, "%c");
    double seconds = luaL_optnumber(L, 2, (lua_Number)time(NULL));
    luaL_argcheck(L, fabs(seconds) < 1e15, 2, "time out of range");
    time_t moment = (time_t)floor(seconds);
    struct tm parts;
    int is_universal = *format == '!';
    format += is_universal;
    if (!(is_universal ? gmtime_r(&moment, &parts) : localtime_r(&moment, &parts))) {
        lua_pushnil(L);
        return 1;
    }
    if (strcmp(format, "*t") == 0) {
        lua_createtable(L, 0, 9);
        set_field(L, "sec", parts.tm_sec);
        set_field(L, "min", parts.tm_min);
        set_field(L, "hour", parts.tm_hour);
        set_field(L, "day", parts.tm_mday);
        set_field(L, "month", parts.tm_mon + 1);
        set_field(L, "year", parts.tm_year + 1900);
        set_field(L, "wday", parts.tm_wday + 1);
        set_field(L, "yday", parts.tm_yday + 1);
        lua_pushboolean(L, parts.tm_isdst > 0);
        lua_setfield(L, -2, "isdst");
        return 1;
    }
    luaL_Buffer buffer;
    luaL_buffinit(L, &buffer);
    for (; *format; format++) {
        if (*format != '%') {
            luaL_addchar(&buffer, *format);
            continue;
        }
        char conversion[3] = {'%', *++format, 0};
        if (!*format || !strchr("aAbBcCdDeFgGhHIjmMnprRStTuUVwWxXyYzZ%", *format)) {
            luaL_argerror(L, 1, "invalid conversion specifier");
        }
        char text[256];
        luaL_addlstring(&buffer, text, strftime(text, sizeof text, conversion, &parts));
    }
    luaL_pushresult(&buffer);
    return 1;
}

/// From 0 up to 1 (xorshift64*).
static double random_fraction(clua *box) {
    uint64_t state = box->random;
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    box->random = state;
    return (double)((state * 0x2545f4914f6cdd1du) >> 11) * 0x1p-53;
}

int math_random(lua_State *L) {
    double fraction = random_fraction(sandbox_of(L));
    int count = lua_gettop(L);
    if (count == 0) {
        lua_pushnumber(L, fraction);
        return 1;
    }
    if (count > 2) { return luaL_error(L, "wrong number of arguments"); }
    double low = count == 1 ? 1 : floor(luaL_checknumber(L, 1));
    double high = floor(luaL_checknumber(L, count));
    luaL_argcheck(L, low <= high, count, "interval is empty");
    lua_pushnumber(L, floor(fraction * (high - low + 1)) + low);
    return 1;
}

int math_randomseed(lua_State *L) {
    double seed = luaL_checknumber(L, 1);
    uint64_t bits;
    memcpy(&bits, &seed, sizeof bits);
    bits = (bits ^ bits >> 32) * 0x9e3779b97f4a7c15u;
    sandbox_of(L)->random = bits ? bits : 1;
    sandbox_of(L)->is_seeded = 1;
    return 0;
}
