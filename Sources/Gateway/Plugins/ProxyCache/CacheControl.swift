internal import Bytes
internal import HTTPServer

/// The directives of `Cache-Control` (RFC 9111 §5.2), by their names in lower case.
struct CacheControl {
    private var directives: [String: String?] = [:]

    init(_ fields: borrowing FieldList) {
        for index in 0..<fields.count where fields.name(index).equalsIgnoringCase("cache-control") {
            for part in fields.value(index).string.split(separator: ",") {
                let pair = part.split(separator: "=", maxSplits: 1)
                guard let name = pair.first.map({ $0.filter { $0 != " " && $0 != "\t" }.lowercased() }), !name.isEmpty
                else { continue }
                let value = pair.count == 2 ? pair[1].filter { $0 != "\"" && $0 != " " && $0 != "\t" } : nil
                directives.updateValue(value, forKey: name)
            }
        }
    }

    func has(_ name: String) -> Bool { directives[name] != nil }

    /// The seconds that a directive says; nil without one, or when it says no number.
    func seconds(_ name: String) -> Int? {
        guard let value = directives[name], let value, let seconds = Int(value), seconds >= 0 else { return nil }
        return seconds
    }
}

/// A point in time as HTTP writes it (RFC 9110 §5.6.7), in the one form that is written today.
enum HTTPDate {
    private static let months = [
        "Jan": 1, "Feb": 2, "Mar": 3, "Apr": 4, "May": 5, "Jun": 6, "Jul": 7, "Aug": 8, "Sep": 9, "Oct": 10, "Nov": 11,
        "Dec": 12,
    ]

    /// Seconds since 1970; nil when it is no such text.
    static func seconds(_ text: String) -> Int? {
        // Sun, 06 Nov 1994 08:49:37 GMT
        let parts = text.split(separator: " ")
        guard parts.count == 6, parts[5] == "GMT", parts[0].hasSuffix(","), let day = Int(parts[1]),
            (1...31).contains(day), let month = months[String(parts[2])], let year = Int(parts[3]),
            (1970...9999).contains(year)
        else { return nil }
        let time = parts[4].split(separator: ":").compactMap { $0.count == 2 ? Int($0) : nil }
        guard time.count == 3, (0...23).contains(time[0]), (0...59).contains(time[1]), (0...60).contains(time[2]) else {
            return nil
        }
        return days(year, month, day) * 86_400 + time[0] * 3600 + time[1] * 60 + time[2]
    }

    /// Days since 1970 in the Gregorian calendar; a year begins in March, so that the leap day is its last.
    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468
    }
}
