/// The kinds of records that are asked for or followed (RFC 1035 §3.2.2, RFC 2782, RFC 3596).
package enum RecordType: UInt16, Sendable, Hashable, CustomStringConvertible {
    case a = 1
    case cname = 5
    case soa = 6
    case aaaa = 28
    case srv = 33

    package var description: String {
        switch self {
        case .a: "A"
        case .cname: "CNAME"
        case .soa: "SOA"
        case .aaaa: "AAAA"
        case .srv: "SRV"
        }
    }
}
