// Lua's patterns (section 5.4.1 of its manual) with bounds: each step counts as work, and recursion has a limit. The
// library's own matcher has neither: a short pattern can keep it for years, and a long one overflows C's stack.
#include "pattern_matching.h"

#include <ctype.h>
#include <string.h>

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

/// As `match`. What follows a plain item is matched without recursion.
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

const char *match(matching *m, const char *s, const char *p) {
    if (++m->depth > maximum_depth) { luaL_error(m->L, "pattern too complex"); }
    const char *found = match_here(m, s, p);
    m->depth--;
    return found;
}
