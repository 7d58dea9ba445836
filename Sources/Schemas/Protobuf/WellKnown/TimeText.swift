internal import Bytes

/// Timestamps (RFC 3339) and durations ("1.5s") as text.
enum TimeText {
    struct Time: Equatable {
        var seconds: Int64
        var nanoseconds: Int32
    }

    static let timestampWords = "a time such as \"2026-01-31T12:00:00.5Z\", from year 1 to 9999"
    static let durationWords = "a duration such as \"1.5s\", of at most 315576000000 seconds and nine digits"

    /// From 0001-01-01T00:00:00Z to 9999-12-31T23:59:59Z.
    private static let timestamps: ClosedRange<Int64> = -62_135_596_800...253_402_300_799
    private static let longestDuration: Int64 = 315_576_000_000

    static func timestamp(_ text: Span<UInt8>) -> Time? {
        var reader = DigitReader(text)
        guard let year = reader.number(4), reader.skip("-"), let month = reader.number(2), reader.skip("-"),
            let day = reader.number(2), reader.skip("T"), let hour = reader.number(2), reader.skip(":"),
            let minute = reader.number(2), reader.skip(":"), let second = reader.number(2), year >= 1,
            (1...12).contains(month), day >= 1, day <= Self.days(in: month, of: year), hour < 24, minute < 60,
            second < 60
        else { return nil }
        guard let nanoseconds = reader.fraction() else { return nil }
        var offset: Int64 = 0
        if !reader.skip("Z") {
            let isWest = reader.skip("-")
            guard isWest || reader.skip("+"), let hours = reader.number(2), reader.skip(":"),
                let minutes = reader.number(2), hours < 24, minutes < 60
            else { return nil }
            offset = (hours * 60 + minutes) * (isWest ? -60 : 60)
        }
        let seconds = Self.day(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - offset
        guard reader.isAtEnd, timestamps.contains(seconds) else { return nil }
        return Time(seconds: seconds, nanoseconds: nanoseconds)
    }

    static func duration(_ text: Span<UInt8>) -> Time? {
        var reader = DigitReader(text)
        let isNegative = reader.skip("-")
        guard let seconds = reader.number(), let nanoseconds = reader.fraction(), reader.skip("s"), reader.isAtEnd,
            seconds < longestDuration || seconds == longestDuration && nanoseconds == 0
        else { return nil }
        return isNegative
            ? Time(seconds: -seconds, nanoseconds: -nanoseconds) : Time(seconds: seconds, nanoseconds: nanoseconds)
    }

    /// Appends a timestamp in quotes; false when it is out of range.
    static func append(timestamp time: Time, to output: inout [UInt8]) -> Bool {
        guard timestamps.contains(time.seconds), (0..<1_000_000_000).contains(time.nanoseconds) else { return false }
        let days = (time.seconds - (time.seconds % 86_400 + 86_400) % 86_400) / 86_400
        let rest = time.seconds - days * 86_400
        let (year, month, day) = date(days)
        output.append(UInt8(ascii: "\""))
        append(year, digits: 4, to: &output)
        output.append(UInt8(ascii: "-"))
        append(month, digits: 2, to: &output)
        output.append(UInt8(ascii: "-"))
        append(day, digits: 2, to: &output)
        output.append(UInt8(ascii: "T"))
        append(rest / 3600, digits: 2, to: &output)
        output.append(UInt8(ascii: ":"))
        append(rest / 60 % 60, digits: 2, to: &output)
        output.append(UInt8(ascii: ":"))
        append(rest % 60, digits: 2, to: &output)
        append(fraction: time.nanoseconds, to: &output)
        output.append("Z\"")
        return true
    }

    /// Appends a duration in quotes; false when it is out of range, or its parts have different signs.
    static func append(duration time: Time, to output: inout [UInt8]) -> Bool {
        let nanoseconds = time.nanoseconds
        guard time.seconds.magnitude <= UInt64(longestDuration), nanoseconds.magnitude < 1_000_000_000,
            time.seconds == 0 || nanoseconds == 0 || (time.seconds < 0) == (nanoseconds < 0)
        else { return false }
        output.append(time.seconds < 0 || nanoseconds < 0 ? "\"-" : "\"")
        output.append(decimal: Int(time.seconds.magnitude))
        append(fraction: Int32(nanoseconds.magnitude), to: &output)
        output.append("s\"")
        return true
    }

    /// None, three, six or nine digits behind a point.
    private static func append(fraction nanoseconds: Int32, to output: inout [UInt8]) {
        if nanoseconds == 0 { return }
        output.append(UInt8(ascii: "."))
        if nanoseconds % 1_000_000 == 0 {
            append(Int64(nanoseconds) / 1_000_000, digits: 3, to: &output)
        } else if nanoseconds % 1000 == 0 {
            append(Int64(nanoseconds) / 1000, digits: 6, to: &output)
        } else {
            append(Int64(nanoseconds), digits: 9, to: &output)
        }
    }

    private static func append(_ value: Int64, digits: Int, to output: inout [UInt8]) {
        var power: Int64 = 1
        for _ in 1..<digits { power *= 10 }
        while power > 0 {
            output.append(UInt8(ascii: "0") + UInt8(value / power % 10))
            power /= 10
        }
    }

    private static func days(in month: Int64, of year: Int64) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days since 1970-01-01 in the Gregorian calendar; years begin with March, so that the odd day is their last.
    private static func day(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let shifted = month > 2 ? year : year - 1
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// The date of a day since 1970-01-01 that is not before year 1.
    private static func date(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let place = (5 * dayOfYear + 2) / 153
        let month = place < 10 ? place + 3 : place - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * place + 2) / 5 + 1)
    }
}

/// Digits and signs of a text, one after another.
private struct DigitReader: ~Escapable {
    private let text: Span<UInt8>
    private var position = 0

    @_lifetime(copy text)
    init(_ text: Span<UInt8>) { self.text = text }

    var isAtEnd: Bool { position == text.count }

    private func digit() -> Int64? {
        guard position < text.count, text[position] >= 0x30, text[position] <= 0x39 else { return nil }
        return Int64(text[position] & 15)
    }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard position < text.count, text[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    /// A number of so many digits.
    mutating func number(_ digits: Int) -> Int64? {
        var value: Int64 = 0
        for _ in 0..<digits {
            guard let digit = digit() else { return nil }
            value = value * 10 + digit
            position += 1
        }
        return value
    }

    /// A number of up to eighteen digits.
    mutating func number() -> Int64? {
        let start = position
        var value: Int64 = 0
        while let digit = digit() {
            guard position - start < 18 else { return nil }
            value = value * 10 + digit
            position += 1
        }
        return position > start ? value : nil
    }

    /// Nanoseconds: nothing, or a point and one to nine digits.
    mutating func fraction() -> Int32? {
        guard skip(".") else { return 0 }
        let start = position
        var value: Int32 = 0
        while let digit = digit() {
            guard position - start < 9 else { return nil }
            value = value * 10 + Int32(digit)
            position += 1
        }
        if position == start { return nil }
        for _ in position - start..<9 { value *= 10 }
        return value
    }
}
