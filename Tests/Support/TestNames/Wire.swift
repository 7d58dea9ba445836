/// DNS messages as bytes, good ones and others.
package enum Wire {
    package struct Query: Sendable, Hashable {
        package let bytes: [UInt8]
        /// In lower case, without the last dot.
        package let name: String
        package let type: UInt16
        package let isTCP: Bool

        /// Nil for what is no question: a test of something else may have reached a port that it had before.
        package init?(_ bytes: [UInt8], isTCP: Bool) {
            var labels: [String] = []
            var place = 12
            while place < bytes.count, bytes[place] != 0 {
                let end = place + 1 + Int(bytes[place])
                guard end < bytes.count else { return nil }
                labels.append(String(decoding: bytes[place + 1..<end], as: UTF8.self))
                place = end
            }
            guard place + 2 < bytes.count else { return nil }
            self.bytes = bytes
            self.isTCP = isTCP
            name = labels.joined(separator: ".").lowercased()
            type = UInt16(bytes[place + 1]) << 8 | UInt16(bytes[place + 2])
        }
    }

    /// An answer without compression.
    package static func answer(
        _ query: Query, code: UInt8 = 0, _ answers: [[UInt8]] = [], authority: [[UInt8]] = [],
        additional: [[UInt8]] = [], isCut: Bool = false
    ) -> [UInt8] {
        var bytes = Array(query.bytes[..<2])
        bytes += [isCut ? 0x83 : 0x81, 0x80 | code]
        for count in [1, answers.count, authority.count, additional.count] { bytes += number(count) }
        bytes += query.bytes[12...]
        for record in answers + authority + additional { bytes += record }
        return bytes
    }

    package static func question(_ name: String, _ type: UInt16, id: UInt16 = 1) -> Query {
        var bytes = number(Int(id)) + [1, 0]
        for count in [1, 0, 0, 0] { bytes += number(count) }
        bytes += Self.name(name) + number(Int(type)) + number(1)
        return Query(bytes, isTCP: false)!
    }

    package static func record(_ name: String, _ type: UInt16, ttl: UInt32, class: Int = 1, _ data: [UInt8]) -> [UInt8]
    {
        record(Self.name(name), type, ttl: ttl, class: `class`, data)
    }

    package static func record(_ name: [UInt8], _ type: UInt16, ttl: UInt32, class: Int = 1, _ data: [UInt8]) -> [UInt8]
    {
        var bytes = name
        for value in [Int(type), `class`, Int(ttl >> 16), Int(ttl & 0xffff), data.count] { bytes += number(value) }
        return bytes + data
    }

    package static func a(_ name: String, ttl: UInt32 = 60, _ address: String) -> [UInt8] {
        record(name, 1, ttl: ttl, address.split(separator: ".").compactMap { UInt8($0) })
    }

    /// - Parameter last: The last byte of an address that is else 2001:db8::.
    package static func aaaa(_ name: String, ttl: UInt32 = 60, last: UInt8) -> [UInt8] {
        record(name, 28, ttl: ttl, [0x20, 0x01, 0x0d, 0xb8] + [UInt8](repeating: 0, count: 11) + [last])
    }

    package static func cname(_ name: String, ttl: UInt32 = 60, _ target: String) -> [UInt8] {
        record(name, 5, ttl: ttl, Self.name(target))
    }

    package static func srv(
        _ name: String, ttl: UInt32 = 60, _ priority: Int, _ weight: Int, _ port: Int, _ target: String
    ) -> [UInt8] {
        record(name, 33, ttl: ttl, number(priority) + number(weight) + number(port) + Self.name(target))
    }

    package static func soa(_ name: String) -> [UInt8] {
        let times = [UInt8](repeating: 0, count: 20)
        return record(name, 6, ttl: 60, Self.name("ns.\(name)") + Self.name("admin.\(name)") + times)
    }

    package static func name(_ text: String) -> [UInt8] {
        text.split(separator: ".").flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) } + [0]
    }

    package static func number(_ value: Int) -> [UInt8] { [UInt8(value >> 8 & 0xff), UInt8(value & 0xff)] }
}
