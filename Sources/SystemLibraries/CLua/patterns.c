// Lua's patterns (section 5.4.1 of its manual) with bounds: each step counts as work, and recursion has a limit. The
// library's own matcher has neither: a short pattern can keep it for years, and a long one overflows C's stack.
#include "sandbox.h"

#include <ctype.h>
#include <string.h>

enum { maximum_captures = 32, maximum_depth = 200, steps_a_charge = 64, instructions_a_charge = 16 };
enum { capture_open = -1, capture_position = -2 };

typedef struct {
    lua_State *L;
    clua *box;
    const char *subject;
    const char *subject_end;
    const char *pattern_end;
    int level;
    int depth;
    unsigned steps;
    struct {
        const char *start;
        ptrdiff_t length;
    } captures[maximum_captures];
} matching;

static const char *match(matching *m, const char *s, const char *p);

static void step(matching *m) {
    if (++m->steps % steps_a_charge == 0) { charge(m->L, m->box, instructions_a_charge); }
}

static const char *class_end(matching *m, const char *p) {
    char first = *p++;
    if (first == '%') {
        if (p == m->pattern_end) { luaL_error(m->L, "malformed pattern (ends with '%%')"); }
        return p + 1;
    }
    if (first != '[') { return p; }
    if (p < m->pattern_end && *p == '^') { p++; }
    do {
        step(m);
        if (p >= m->pattern_end) { luaL_error(m->L, "malformed pattern (missing ']')"); }
        if (*p++ == '%' && p < m->pattern_end) { p++; }
    } while (p >= m->pattern_end || *p != ']');
    return p + 1;
}

static int is_in_class(int c, int class) {
    int is_in;
    switch (tolower(class)) {
    case 'a': is_in = isalpha(c); break;
    case 'c': is_in = iscntrl(c); break;
    case 'd': is_in = isdigit(c); break;
    case 'l': is_in = islower(c); break;
    case 'p': is_in = ispunct(c); break;
    case 's': is_in = isspace(c); break;
    case 'u': is_in = isupper(c); break;
    case 'w': is_in = isalnum(c); break;
    case 'x': is_in = isxdigit(c); break;
    case 'z': is_in = c == 0; break;
    default: return class == c;
    }
    return isupper(class) ? !is_in : is_in != 0;
}

/// Whether `c` is in the set from `p` ('[') to `last` (']').
static int is_in_set(matching *m, int c, const char *p, const char *last) {
    int found = 1;
    if (p[1] == '^') {
        found = 0;
        p++;
    }
    while (++p < last) {
        step(m);
        if (*p == '%') {
            p++;
            if (is_in_class(c, (unsigned char)*p)) { return found; }
        } else if (p[1] == '-' && p + 2 < last) {
            p += 2;
            if ((unsigned char)p[-2] <= c && c <= (unsigned char)*p) { return found; }
        } else if ((unsigned char)*p == c) {
            return found;
        }
    }
    return !found;
}

static int matches_one(matching *m, const char *s, const char *p, const char *end) {
    step(m);
    if (s >= m->subject_end) { return 0; }
    int c = (unsigned char)*s;
    switch (*p) {
    case '.': return 1;
    case '%': return is_in_class(c, (unsigned char)p[1]);
    case '[': return is_in_set(m, c, p, end - 1);
    default: return (unsigned char)*p == c;
    }
}

static const char *match_balance(matching *m, const char *s, const char *p) {
    if (m->pattern_end - p < 2) { luaL_error(m->L, "unbalanced pattern"); }
    if (s >= m->subject_end || *s != *p) { return NULL; }
    int open = 1;
    while (++s < m->subject_end) {
        step(m);
        if (*s == p[1]) {
            if (--open == 0) { return s + 1; }
        } else if (*s == p[0]) {
            open++;
        }
    }
    return NULL;
}

static const char *match_most(matching *m, const char *s, const char *p, const char *end) {
    ptrdiff_t count = 0;
    while (matches_one(m, s + count, p, end)) { count++; }
    for (; count >= 0; count--) {
        const char *found = match(m, s + count, end + 1);
        if (found) { return found; }
    }
    return NULL;
}

static const char *match_least(matching *m, const char *s, const char *p, const char *end) {
    for (;;) {
        const char *found = match(m, s, end + 1);
        if (found) { return found; }
        if (!matches_one(m, s, p, end)) { return NULL; }
        s++;
    }
}

static const char *open_capture(matching *m, const char *s, const char *p, ptrdiff_t kind) {
    if (m->level >= maximum_captures) { luaL_error(m->L, "too many captures"); }
    m->captures[m->level].start = s;
    m->captures[m->level].length = kind;
    m->level++;
    const char *found = match(m, s, p);
    if (!found) { m->level--; }
    return found;
}

static const char *close_capture(matching *m, const char *s, const char *p) {
    int level = m->level - 1;
    while (level >= 0 && m->captures[level].length != capture_open) { level--; }
    if (level < 0) { luaL_error(m->L, "invalid pattern capture"); }
    m->captures[level].length = s - m->captures[level].start;
    const char *found = match(m, s, p);
    if (!found) { m->captures[level].length = capture_open; }
    return found;
}

static const char *match_capture(matching *m, const char *s, int digit) {
    int level = digit - '1';
    if (level < 0 || level >= m->level || m->captures[level].length == capture_open) {
        luaL_error(m->L, "invalid capture index");
    }
    if (m->captures[level].length < 0) { return NULL; }
    size_t length = (size_t)m->captures[level].length;
    charge(m->L, m->box, length / steps_a_charge);
    if ((size_t)(m->subject_end - s) < length || memcmp(m->captures[level].start, s, length) != 0) { return NULL; }
    return s + length;
}

static int is_at_frontier(matching *m, const char *s, const char *p, const char *end) {
    int before = s == m->subject ? 0 : (unsigned char)s[-1];
    int here = s < m->subject_end ? (unsigned char)*s : 0;
    return !is_in_set(m, before, p, end - 1) && is_in_set(m, here, p, end - 1);
}

/// Where the match of the pattern from `p` at `s` ends, or null. What follows a plain item is matched without recursion.
static const char *match_here(matching *m, const char *s, const char *p) {
    while (p != m->pattern_end) {
        step(m);
        if (*p == '(') {
            int is_position = p + 1 < m->pattern_end && p[1] == ')';
            return open_capture(m, s, p + 1 + is_position, is_position ? capture_position : capture_open);
        }
        if (*p == ')') { return close_capture(m, s, p + 1); }
        if (*p == '$' && p + 1 == m->pattern_end) { return s == m->subject_end ? s : NULL; }
        if (*p == '%' && p + 1 < m->pattern_end) {
            if (p[1] == 'b') {
                s = match_balance(m, s, p + 2);
                if (!s) { return NULL; }
                p += 4;
                continue;
            }
            if (p[1] == 'f') {
                p += 2;
                if (p == m->pattern_end || *p != '[') { luaL_error(m->L, "missing '[' after '%%f' in pattern"); }
                const char *set_end = class_end(m, p);
                if (!is_at_frontier(m, s, p, set_end)) { return NULL; }
                p = set_end;
                continue;
            }
            if (isdigit((unsigned char)p[1])) {
                s = match_capture(m, s, (unsigned char)p[1]);
                if (!s) { return NULL; }
                p += 2;
                continue;
            }
        }
        const char *end = class_end(m, p);
        char suffix = end < m->pattern_end ? *end : 0;
        if (suffix == '*') { return match_most(m, s, p, end); }
        if (suffix == '-') { return match_least(m, s, p, end); }
        int is_match = matches_one(m, s, p, end);
        if (suffix == '+') { return is_match ? match_most(m, s + 1, p, end) : NULL; }
        if (suffix == '?') {
            if (is_match) {
                const char *found = match(m, s + 1, end + 1);
                if (found) { return found; }
            }
            p = end + 1;
            continue;
        }
        if (!is_match) { return NULL; }
        s++;
        p = end;
    }
    return s;
}

static const char *match(matching *m, const char *s, const char *p) {
    if (++m->depth > maximum_depth) { luaL_error(m->L, "pattern too complex"); }
    const char *found = match_here(m, s, p);
    m->depth--;
    return found;
}

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
