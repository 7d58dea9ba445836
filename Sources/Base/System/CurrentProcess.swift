internal import CPOSIX

/// Facts of this process and its machine.
package enum CurrentProcess {
    package static var identifier: Int { Int(getpid()) }

    package static var hostName: String {
        var buffer = [CChar](repeating: 0, count: 256)
        guard gethostname(&buffer, buffer.count - 1) == 0 else { return "localhost" }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The environment when it was first asked for. Later changes by other code are not seen, and read only once because
    /// whoever changes it may move what is being read.
    package static let environment = readEnvironment()

    private static func readEnvironment() -> [String: String] {
        var result: [String: String] = [:]
        guard var entry = posix_environment() else { return result }
        while let text = entry.pointee {
            let line = String(cString: text)
            if let separator = line.firstIndex(of: "=") {
                result[String(line[..<separator])] = String(line[line.index(after: separator)...])
            }
            entry += 1
        }
        return result
    }

    /// Processors this process may run on.
    package static var processorCount: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

    /// Resident memory in bytes, 0 where `/proc` is not there.
    package static var residentBytes: Int {
        guard let text = try? File.read("/proc/self/statm", maximumBytes: 4096) else { return 0 }
        let fields = String(decoding: text, as: UTF8.self).split(separator: " ")
        return fields.count > 1 ? (Int(fields[1]) ?? 0) * Int(sysconf(Int32(_SC_PAGESIZE))) : 0
    }

    /// Raises the number of open descriptors to what the system allows this process, and returns it.
    package static func raiseDescriptorLimit() -> Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1024 }
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return Int(clamping: limit.rlim_cur)
    }

    /// Gives streams that the process was started without to nobody: the next file or connection that is opened would
    /// otherwise get their number, and with it what is written to them. To be called before anything is opened.
    package static func openMissingStreams() {
        for number: Int32 in 0...2 where posix_is_open(number) == 0 {
            // The lowest free number, which is this one.
            _ = posix_open_file("/dev/null", O_RDWR, 0)
        }
    }

    /// A write to a closed socket is an error of that call, not the end of the process.
    package static func ignoreBrokenPipes() { posix_ignore_broken_pipes() }

    /// Ends the process at once, without unwinding: for the last line of a command.
    ///
    /// Nor does it run what C and C++ libraries have for the end (`exit`): their threads may still be at work, and would
    /// find what they use destroyed.
    package static func exit(_ status: Int32) -> Never { _exit(status) }
}

/// Wall-clock time.
package enum WallClock {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    package static var milliseconds: Int64 { nanoseconds / 1_000_000 }

    /// Nanoseconds since 1970.
    package static var nanoseconds: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    /// `Nov  4 08:25:42` in the machine's own time zone (RFC 3164), for milliseconds since 1970.
    package static func syslogTimestamp(_ milliseconds: Int64) -> String {
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        var seconds = time_t(milliseconds / 1000)
        var parts = tm()
        localtime_r(&seconds, &parts)
        func padded(_ value: Int32, _ filler: String = "0") -> String { value < 10 ? "\(filler)\(value)" : "\(value)" }
        let time = "\(padded(parts.tm_hour)):\(padded(parts.tm_min)):\(padded(parts.tm_sec))"
        return "\(months[Int(parts.tm_mon)]) \(padded(parts.tm_mday, " ")) \(time)"
    }

    /// `2026-11-24T08:25:42.123Z` (RFC 3339) for milliseconds since 1970.
    package static func timestamp(_ milliseconds: Int64) -> String {
        var seconds = time_t(milliseconds / 1000)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        func padded(_ value: Int, _ width: Int) -> String {
            let digits = String(value)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        let date =
            "\(padded(Int(parts.tm_year) + 1900, 4))-\(padded(Int(parts.tm_mon) + 1, 2))-\(padded(Int(parts.tm_mday), 2))"
        let time = "\(padded(Int(parts.tm_hour), 2)):\(padded(Int(parts.tm_min), 2)):\(padded(Int(parts.tm_sec), 2))"
        return "\(date)T\(time).\(padded(Int(milliseconds % 1000), 3))Z"
    }
}
