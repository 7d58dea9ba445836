// string.find, match, gmatch and gsub.
#include "pattern_matching.h"

#include <ctype.h>
#include <string.h>

static void push_capture(matching *m, int place, const char *s, const char *e) {
    if (place >= m->level) {
        if (place != 0) { luaL_error(m->L, "invalid capture index"); }
        lua_pushlstring(m->L, s, (size_t)(e - s));
        return;
    }
    ptrdiff_t length = m->captures[place].length;
    if (length == capture_open) { luaL_error(m->L, "unfinished capture"); }
    if (length == capture_position) {
        lua_pushinteger(m->L, m->captures[place].start - m->subject + 1);
    } else {
        lua_pushlstring(m->L, m->captures[place].start, (size_t)length);
    }
}

/// The captures; the whole match when there are none and `s` is given.
static int push_captures(matching *m, const char *s, const char *e) {
    int count = m->level == 0 && s ? 1 : m->level;
    luaL_checkstack(m->L, count, "too many captures");
    for (int place = 0; place < count; place++) { push_capture(m, place, s, e); }
    return count;
}

static matching begin(lua_State *L, const char *s, size_t s_length, const char *p, size_t p_length) {
    matching m;
    m.L = L;
    m.box = sandbox_of(L);
    m.subject = s;
    m.subject_end = s + s_length;
    m.pattern_end = p + p_length;
    m.level = 0;
    m.depth = 0;
    m.steps = 0;
    return m;
}

static const char *restart(matching *m, const char *s, const char *p) {
    m->level = 0;
    m->depth = 0;
    return match(m, s, p);
}

static int has_no_specials(const char *p, size_t length) {
    for (size_t place = 0; place < length; place++) {
        if (p[place] && strchr("^$*+?.([%-", p[place])) { return 0; }
    }
    return 1;
}

static int find_or_match(lua_State *L, int is_find) {
    size_t s_length, p_length;
    const char *s = luaL_checklstring(L, 1, &s_length);
    const char *p = luaL_checklstring(L, 2, &p_length);
    ptrdiff_t start = luaL_optinteger(L, 3, 1);
    start = start < 0 ? start + (ptrdiff_t)s_length : start - 1;
    if (start < 0) { start = 0; }
    if (start > (ptrdiff_t)s_length) { start = (ptrdiff_t)s_length; }
    charge(L, sandbox_of(L), p_length / 16);
    if (is_find && (lua_toboolean(L, 4) || has_no_specials(p, p_length))) {
        charge(L, sandbox_of(L), s_length / 64);
        const char *found = memmem(s + start, s_length - (size_t)start, p, p_length);
        if (!found) {
            lua_pushnil(L);
            return 1;
        }
        lua_pushinteger(L, found - s + 1);
        lua_pushinteger(L, found - s + (ptrdiff_t)p_length);
        return 2;
    }
    matching m = begin(L, s, s_length, p, p_length);
    int is_anchored = p_length > 0 && *p == '^';
    for (const char *at = s + start; at <= m.subject_end; at++) {
        const char *end = restart(&m, at, p + is_anchored);
        if (end && is_find) {
            lua_pushinteger(L, at - s + 1);
            lua_pushinteger(L, end - s);
            return push_captures(&m, NULL, NULL) + 2;
        }
        if (end) { return push_captures(&m, at, end); }
        if (is_anchored) { break; }
    }
    lua_pushnil(L);
    return 1;
}

int string_find(lua_State *L) { return find_or_match(L, 1); }

int string_match(lua_State *L) { return find_or_match(L, 0); }

static int next_match(lua_State *L) {
    size_t s_length, p_length;
    const char *s = lua_tolstring(L, lua_upvalueindex(1), &s_length);
    const char *p = lua_tolstring(L, lua_upvalueindex(2), &p_length);
    matching m = begin(L, s, s_length, p, p_length);
    for (const char *at = s + lua_tointeger(L, lua_upvalueindex(3)); at <= m.subject_end; at++) {
        const char *end = restart(&m, at, p);
        if (end) {
            lua_pushinteger(L, end - s + (end == at));
            lua_replace(L, lua_upvalueindex(3));
            return push_captures(&m, at, end);
        }
    }
    return 0;
}

int string_gmatch(lua_State *L) {
    luaL_checkstring(L, 1);
    luaL_checkstring(L, 2);
    lua_settop(L, 2);
    lua_pushinteger(L, 0);
    lua_pushcclosure(L, next_match, 3);
    return 1;
}

static void add_text(matching *m, luaL_Buffer *buffer, const char *s, const char *e) {
    size_t length;
    const char *text = lua_tolstring(m->L, 3, &length);
    for (size_t place = 0; place < length; place++) {
        if (text[place] != '%') {
            luaL_addchar(buffer, text[place]);
        } else if (++place < length && isdigit((unsigned char)text[place])) {
            if (text[place] == '0') {
                luaL_addlstring(buffer, s, (size_t)(e - s));
            } else {
                push_capture(m, text[place] - '1', s, e);
                luaL_addvalue(buffer);
            }
        } else if (place < length) {
            luaL_addchar(buffer, text[place]);
        }
    }
    charge(m->L, m->box, length / 16);
}

static void add_replacement(matching *m, luaL_Buffer *buffer, const char *s, const char *e) {
    lua_State *L = m->L;
    switch (lua_type(L, 3)) {
    case LUA_TFUNCTION: {
        lua_pushvalue(L, 3);
        int count = push_captures(m, s, e);
        lua_call(L, count, 1);
        break;
    }
    case LUA_TTABLE:
        push_capture(m, 0, s, e);
        lua_gettable(L, 3);
        break;
    default: add_text(m, buffer, s, e); return;
    }
    if (!lua_toboolean(L, -1)) {
        lua_pop(L, 1);
        lua_pushlstring(L, s, (size_t)(e - s));
    } else if (!lua_isstring(L, -1)) {
        luaL_error(L, "invalid replacement value (a %s)", luaL_typename(L, -1));
    }
    luaL_addvalue(buffer);
}

int string_gsub(lua_State *L) {
    size_t s_length, p_length;
    const char *s = luaL_checklstring(L, 1, &s_length);
    const char *p = luaL_checklstring(L, 2, &p_length);
    int kind = lua_type(L, 3);
    luaL_argcheck(
        L, kind == LUA_TNUMBER || kind == LUA_TSTRING || kind == LUA_TFUNCTION || kind == LUA_TTABLE, 3,
        "string/function/table expected");
    lua_Number most = luaL_optnumber(L, 4, (lua_Number)s_length + 1);
    int is_anchored = p_length > 0 && *p == '^';
    matching m = begin(L, s, s_length, p, p_length);
    lua_Integer count = 0;
    luaL_Buffer buffer;
    luaL_buffinit(L, &buffer);
    const char *at = s;
    while ((lua_Number)count < most) {
        const char *end = restart(&m, at, p + is_anchored);
        if (end) {
            count++;
            add_replacement(&m, &buffer, at, end);
        }
        if (end && end > at) {
            at = end;
        } else if (at < m.subject_end) {
            luaL_addchar(&buffer, *at++);
        } else {
            break;
        }
        if (is_anchored) { break; }
    }
    luaL_addlstring(&buffer, at, (size_t)(m.subject_end - at));
    luaL_pushresult(&buffer);
    lua_pushinteger(L, count);
    return 2;
}
