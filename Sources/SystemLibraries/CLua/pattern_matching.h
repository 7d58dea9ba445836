#pragma once
#include "sandbox.h"

enum { maximum_captures = 32, maximum_depth = 200, steps_a_charge = 64, instructions_a_charge = 16 };
enum { capture_open = -1, capture_position = -2 };

/// One match: where it is, and what it has captured.
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

/// Where the match of the pattern from `p` at `s` ends, or null.
__attribute__((visibility("hidden"))) const char *match(matching *m, const char *s, const char *p);
