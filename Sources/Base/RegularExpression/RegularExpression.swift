internal import Bytes
internal import CPCRE2

/// A compiled pattern (PCRE2, just-in-time compiled where the machine allows it), for any number of threads at once.
///
/// A pattern works on bytes unless `.unicode` is set. A match that needs more steps or memory than the limits is given
/// up: hostile text costs a bounded time.
// @unchecked: the code is only read after `init`, which PCRE2 promises to be thread safe (pcre2api, "Multithreading");
// each match takes a match block and context of its own.
package final class RegularExpression: @unchecked Sendable {
    /// How a pattern is read.
    package struct Options: OptionSet, Sendable {
        package let rawValue: Int

        package init(rawValue: Int) { self.rawValue = rawValue }

        package static let caseInsensitive = Options(rawValue: 1)
        /// Matches only at the start of the text.
        package static let anchored = Options(rawValue: 2)
        /// Text and pattern are UTF-8; text that is not never matches.
        package static let unicode = Options(rawValue: 4)
        /// `^` and `$` also match at line breaks.
        package static let multiline = Options(rawValue: 8)
    }

    /// What a pattern and a match may cost.
    package struct Limits: Sendable {
        /// Bytes of a pattern.
        package var patternBytes = 8192
        /// Steps of the interpreter; the just-in-time code counts coarser ones.
        package var matchSteps: UInt32 = 1_000_000
        /// KiB of memory for backtracking.
        package var heapKiB: UInt32 = 16_384

        package init() {}
    }

    /// The pattern as given.
    package let pattern: String
    /// The named groups with their numbers, by number.
    package let groupNames: [(name: String, index: Int)]
    /// How many groups the pattern has, the whole match not counted.
    package let groupCount: Int
    /// Whether it can match at the start of a text only.
    package let isAnchored: Bool

    private let code: OpaquePointer
    private let context: OpaquePointer

    package init(
        _ pattern: String, options: Options = [], limits: Limits = Limits()
    ) throws(RegularExpressionError) {
        guard pattern.utf8.count <= limits.patternBytes else {
            throw RegularExpressionError(
                message: "the pattern is longer than \(limits.patternBytes) bytes", offset: limits.patternBytes)
        }
        // \C splits characters; (*UTF) and (*UCP) in a pattern would undo what the caller chose.
        var flags = PCRE2_NEVER_BACKSLASH_C
        if options.contains(.caseInsensitive) { flags |= PCRE2_CASELESS }
        if options.contains(.anchored) { flags |= PCRE2_ANCHORED }
        if options.contains(.multiline) { flags |= PCRE2_MULTILINE }
        // Not PCRE2_MATCH_INVALID_UTF: with it the just-in-time code of PCRE2 10.42 matches \D, \W and \S with characters
        // of one byte only.
        flags |= options.contains(.unicode) ? PCRE2_UTF : PCRE2_NEVER_UTF | PCRE2_NEVER_UCP
        var number: CInt = 0
        var offset = 0
        let bytes = Array(pattern.utf8)
        guard let code = pcre2_compile_8(bytes, bytes.count, flags, &number, &offset, nil) else {
            throw RegularExpressionError(message: Self.message(of: number), offset: offset)
        }
        guard let context = pcre2_match_context_create_8(nil) else {
            pcre2_code_free_8(code)
            throw RegularExpressionError(message: "out of memory", offset: nil)
        }
        pcre2_set_match_limit_8(context, limits.matchSteps)
        pcre2_set_heap_limit_8(context, limits.heapKiB)
        // Where it is not to be had, the interpreter matches: slower, alike.
        _ = pcre2_jit_compile_8(code, PCRE2_JIT_COMPLETE)
        self.pattern = pattern
        self.code = code
        self.context = context
        groupCount = Int(Self.number(PCRE2_INFO_CAPTURECOUNT, of: code))
        isAnchored = Self.number(PCRE2_INFO_ALLOPTIONS, of: code) & PCRE2_ANCHORED != 0
        groupNames = Self.names(of: code)
    }

    deinit {
        pcre2_match_context_free_8(context)
        pcre2_code_free_8(code)
    }

    /// Whether the pattern matches somewhere in `text`. A match that exceeds the limits is none.
    package func matches(_ text: Span<UInt8>) -> Bool {
        do { return try match(text, from: 0) { _ in true } ?? false } catch { return false }
    }

    /// Whether the pattern matches somewhere in `text`. A match that exceeds the limits is none.
    package func matches(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        return matches(bytes.span)
    }

    /// The first match, with its groups. A match that exceeds the limits is none.
    package func captures(_ text: Span<UInt8>) -> RegularExpressionMatch? {
        do { return try firstMatch(in: text) } catch { return nil }
    }

    /// The first match at or after `start`; throws when the limits were exceeded.
    package func firstMatch(
        in text: Span<UInt8>, from start: Int = 0
    ) throws(RegularExpressionError) -> RegularExpressionMatch? {
        let groups = try match(text, from: start) { vector in
            (0...groupCount).map { group in
                let (from, to) = (vector[group * 2], vector[group * 2 + 1])
                // Unset is PCRE2's ~0; \K in a lookahead can put a match's start behind its end.
                return from < 0 || from > to ? nil : from..<to
            } as [Range<Int>?]
        }
        guard let groups, let whole = groups[0] else { return nil }
        return RegularExpressionMatch(range: whole, groups: groups, names: groupNames)
    }

    /// Whether the pattern matches somewhere in `text`; nil when that takes more steps, or more memory for backtracking
    /// than a megabyte. The steps count anew at each place of the text at which a match may begin.
    package func isFound(in text: Span<UInt8>, steps: Int) throws(RegularExpressionError) -> Bool? {
        guard let block = pcre2_match_data_create_8(1, nil), let context = pcre2_match_context_copy_8(context) else {
            throw RegularExpressionError(message: "out of memory", offset: nil)
        }
        var stack: OpaquePointer?
        defer {
            pcre2_match_data_free_8(block)
            pcre2_match_context_free_8(context)
            pcre2_jit_stack_free_8(stack)
        }
        pcre2_set_match_limit_8(context, UInt32(clamping: steps))
        var result = run(text, from: 0, block, context)
        if result == PCRE2_ERROR_JIT_STACKLIMIT {
            stack = pcre2_jit_stack_create_8(64 * 1024, 1024 * 1024, nil)
            pcre2_jit_stack_assign_8(context, nil, UnsafeMutableRawPointer(stack))
            result = run(text, from: 0, block, context)
        }
        // 0 is a match with more groups than there is room for.
        if result >= 0 { return true }
        if Self.isNone(result) { return false }
        switch result {
        case PCRE2_ERROR_MATCHLIMIT, PCRE2_ERROR_HEAPLIMIT, PCRE2_ERROR_JIT_STACKLIMIT: return nil
        default: throw RegularExpressionError(message: Self.message(of: result), offset: nil)
        }
    }

    /// Runs the match and hands what it found to `read`: pairs of start and end, the whole match first.
    private func match<Answer>(
        _ text: Span<UInt8>, from start: Int, read: (UnsafeMutablePointer<Int>) -> Answer
    ) throws(RegularExpressionError) -> Answer? {
        guard start >= 0, start <= text.count else { return nil }
        guard let block = pcre2_match_data_create_from_pattern_8(code, nil) else {
            throw RegularExpressionError(message: "out of memory", offset: nil)
        }
        defer { pcre2_match_data_free_8(block) }
        var result = run(text, from: start, block, context)
        if result == PCRE2_ERROR_JIT_STACKLIMIT {
            // The just-in-time code has 32 KiB of stack; the interpreter has the heap, up to its limit.
            result = run(text, from: start, block, context, flags: PCRE2_NO_JIT)
        }
        if Self.isNone(result) { return nil }
        guard result > 0, let vector = pcre2_get_ovector_pointer_8(block) else {
            throw RegularExpressionError(message: Self.message(of: result), offset: nil)
        }
        return read(vector)
    }

    /// Whether an answer of PCRE2 is that nothing matches: also where the text, or what is behind the start, is no UTF-8.
    private static func isNone(_ result: CInt) -> Bool {
        result == PCRE2_ERROR_NOMATCH || result == PCRE2_ERROR_BADUTFOFFSET
            || PCRE2_ERROR_UTF8_ERR21...PCRE2_ERROR_UTF8_ERR1 ~= result
    }

    private func run(
        _ text: Span<UInt8>, from start: Int, _ block: OpaquePointer, _ context: OpaquePointer, flags: UInt32 = 0
    ) -> CInt {
        text.withUnsafeBufferPointer { buffer in
            // PCRE2 wants an address even for an empty text.
            guard let base = buffer.baseAddress else {
                var nothing: UInt8 = 0
                return pcre2_match_8(code, &nothing, 0, 0, flags, block, context)
            }
            return pcre2_match_8(code, base, buffer.count, start, flags, block, context)
        }
    }

    private static func number(_ what: CInt, of code: OpaquePointer) -> UInt32 {
        var value: UInt32 = 0
        pcre2_pattern_info_8(code, UInt32(what), &value)
        return value
    }

    /// PCRE2's table of names: entries of equal size, each two bytes of number and the name with a NUL.
    private static func names(of code: OpaquePointer) -> [(name: String, index: Int)] {
        let count = Int(number(PCRE2_INFO_NAMECOUNT, of: code))
        let size = Int(number(PCRE2_INFO_NAMEENTRYSIZE, of: code))
        var table: UnsafePointer<UInt8>?
        guard pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_NAMETABLE), &table) == 0, let table else { return [] }
        return (0..<count).map { place in
            let entry = table + place * size
            return (String(cString: entry + 2), Int(entry[0]) << 8 | Int(entry[1]))
        }.sorted { $0.index < $1.index }
    }

    private static func message(of code: CInt) -> String {
        var buffer = [UInt8](repeating: 0, count: 256)
        let count = pcre2_get_error_message_8(code, &buffer, buffer.count)
        return count > 0 ? String(decoding: buffer[..<Int(count)], as: UTF8.self) : "error \(code)"
    }
}
