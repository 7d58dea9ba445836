internal import Bytes

/// The value of `Date` (RFC 9110 §5.6.7), made once a second.
struct DateField {
    private var second: Int64 = -1
    private(set) var bytes: [UInt8] = []

    /// - Parameter milliseconds: Since 1970.
    mutating func update(_ milliseconds: Int64) {
        let now = milliseconds / 1000
        if now == second { return }
        second = now
        bytes = DateField.format(now)
    }

    /// `Sun, 06 Nov 1994 08:49:37 GMT` for seconds since 1970.
    static func format(_ seconds: Int64) -> [UInt8] {
        let days = seconds / 86400
        let rest = Int(seconds % 86400)
        // Civil date from a count of days, by eras of 400 years that begin in March.
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = Int(dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
        let month = Int(shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9)
        let year = Int(yearOfEra + era * 400) + (month <= 2 ? 1 : 0)
        let weekdays: [StaticString] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let months: [StaticString] = [
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
        ]
        var bytes: [UInt8] = []
        func two(_ value: Int) {
            bytes.append(UInt8(48 + value / 10))
            bytes.append(UInt8(48 + value % 10))
        }
        bytes.append(weekdays[Int(days % 7)])
        bytes.append(", " as StaticString)
        two(day)
        bytes.append(0x20)
        bytes.append(months[month - 1])
        bytes.append(0x20)
        two(year / 100)
        two(year % 100)
        bytes.append(0x20)
        two(rest / 3600)
        bytes.append(0x3a)
        two(rest / 60 % 60)
        bytes.append(0x3a)
        two(rest % 60)
        bytes.append(" GMT" as StaticString)
        return bytes
    }
}
