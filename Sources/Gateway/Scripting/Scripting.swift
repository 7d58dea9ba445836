//! Sandboxed Lua 5.1 for the scripts of Kong's `*_by_lua` fields: compiled once, run with limits on instructions, time and
//! memory, with JSON values in and out, `cjson`, and what else the host hands in. No input, no output, no state from one
//! run to the next. Lua's machine and all that can raise is in `CLua`; here values pass as bytes.
