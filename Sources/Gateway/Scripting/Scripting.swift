//! Sandboxed Lua 5.1 for the scripts of Kong's `*_by_lua` fields: compiled once, run with limits on instructions, time and
//! memory, with JSON values in and out, `cjson`, and what else the host hands in. No input, no output, no state from one
//! run to the next. Lua's machine and all that can raise is in `CLua`; here values pass as bytes.
//!
//! Where it differs from Lua 5.1 and OpenResty's cjson, so that no script gets out or stays for ever:
//! - Only Lua's errors can be caught, not the end of a limit; also not in `pcall`.
//! - `xpcall` calls its handler after the function has ended: at the place of the error nothing would count its steps.
//! - Patterns are matched by code of our own, whose steps count as instructions and which nests at most 200 levels.
//! - There are no coroutines, for each would want a hook of its own.
//! - `tostring` shows no addresses; a number in their place is as good for a key.
//! - `cjson` writes numbers with all their digits and slashes as they are, nests as deeply as other values may, and
//!   refuses strings that are not UTF-8.
