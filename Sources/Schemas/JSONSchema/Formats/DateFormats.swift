/// RFC 3339's dates and times, and its durations (appendix A).
enum DateFormats {
    static func isDateTime(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard bytes.count > 11 else { return false }
        let mark = bytes.startIndex + 10
        return isDate(bytes[..<mark]) && bytes[mark] | 0x20 == UInt8(ascii: "t") && isTime(bytes[(mark + 1)...])
    }

    static func isDate(_ bytes: ArraySlice<UInt8>) -> Bool {
        let parts = bytes.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard parts.map(\.count) == [4, 2, 2], let year = number(parts[0]), let month = number(parts[1]),
            let day = number(parts[2]), 1...12 ~= month
        else { return false }
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        return 1...[31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ~= day
    }

    static func isTime(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard bytes.count >= 9 else { return false }
        let start = bytes.startIndex
        guard let (hour, minute) = hourAndMinute(bytes[start..<start + 5]), bytes[start + 5] == UInt8(ascii: ":"),
            let second = number(bytes[start + 6..<start + 8]), second <= 60
        else { return false }
        var rest = bytes[(start + 8)...]
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            let digits = rest.prefix { TextFormats.isDigit($0) }
            guard !digits.isEmpty else { return false }
            rest = rest.dropFirst(digits.count)
        }
        guard let sign = rest.first else { return false }
        var offset = 0
        if sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
            guard let (hours, minutes) = hourAndMinute(rest.dropFirst()) else { return false }
            offset = (hours * 60 + minutes) * (sign == UInt8(ascii: "+") ? 1 : -1)
        } else {
            guard rest.count == 1, sign | 0x20 == UInt8(ascii: "z") else { return false }
        }
        // A leap second is at the end of a day in UTC.
        return second < 60 || (hour * 60 + minute - offset + 2880) % 1440 == 1439
    }

    /// `hh:mm`
    private static func hourAndMinute(_ bytes: ArraySlice<UInt8>) -> (Int, Int)? {
        let start = bytes.startIndex
        guard bytes.count == 5, bytes[start + 2] == UInt8(ascii: ":"), let hour = number(bytes[start..<start + 2]),
            let minute = number(bytes[(start + 3)...]), hour < 24, minute < 60
        else { return nil }
        return (hour, minute)
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> Int? {
        guard bytes.allSatisfy({ TextFormats.isDigit($0) }) else { return nil }
        return bytes.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    /// Units come in their order and without gaps: `P1Y2D` is none.
    static func isDuration(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard bytes.first == UInt8(ascii: "P") else { return false }
        let halves = bytes.dropFirst().split(separator: UInt8(ascii: "T"), omittingEmptySubsequences: false)
        guard halves.count <= 2, let days = units(halves[0]) else { return false }
        if days == "W" { return halves.count == 1 }
        guard days.isEmpty || "YMD".contains(days) else { return false }
        guard halves.count == 2 else { return !days.isEmpty }
        guard let times = units(halves[1]) else { return false }
        return !times.isEmpty && "HMS".contains(times)
    }

    /// The letters behind the numbers; nil when there is anything else.
    private static func units(_ bytes: ArraySlice<UInt8>) -> String? {
        var letters = ""
        var rest = bytes
        while !rest.isEmpty {
            let digits = rest.prefix { TextFormats.isDigit($0) }
            rest = rest.dropFirst(digits.count)
            guard !digits.isEmpty, let letter = rest.popFirst() else { return nil }
            letters.unicodeScalars.append(Unicode.Scalar(letter))
        }
        return letters
    }
}
