internal import EventLoop
internal import System

/// The options of resolv.conf(5) that c-ares 1.18 leaves out: `timeout` and `attempts`. The rest it reads itself.
struct ResolverFile {
    private static let maximumBytes = 1 << 20

    /// Seconds, 1 to 30.
    private(set) var timeout: UInt64?
    /// 1 to 5.
    private(set) var attempts: Int?

    /// Reads `path` with blocking calls; it need not be there. `RES_OPTIONS` goes before it.
    static func read(_ path: String) throws(EventLoopError) -> ResolverFile {
        var text = ""
        if File.exists(path) {
            do throws(SystemError) {
                text = String(decoding: try File.read(path, maximumBytes: maximumBytes), as: UTF8.self)
            } catch { throw EventLoopError("use the resolver's file", reason: error.description) }
        }
        return ResolverFile(text, environment: CurrentProcess.environment["RES_OPTIONS"])
    }

    init(_ text: String, environment: String? = nil) {
        for line in text.split(whereSeparator: \.isNewline) {
            let words = line.prefix { $0 != "#" && $0 != ";" }.split(whereSeparator: \.isWhitespace)
            if words.first == "options" { take(words.dropFirst()) }
        }
        if let environment { take(environment.split(whereSeparator: \.isWhitespace)[...]) }
    }

    private mutating func take(_ options: ArraySlice<Substring>) {
        for option in options {
            let parts = option.split(separator: ":", maxSplits: 1)
            guard parts.count == 2, let value = UInt64(parts[1]) else { continue }
            // glibc's bounds.
            if parts[0] == "timeout" { timeout = min(max(value, 1), 30) }
            if parts[0] == "attempts" { attempts = Int(min(max(value, 1), 5)) }
        }
    }
}
