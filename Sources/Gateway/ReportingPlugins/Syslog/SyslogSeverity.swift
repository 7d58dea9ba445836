/// How much a message of syslog matters; the number is RFC 5424's.
enum SyslogSeverity: String, Sendable, CaseIterable {
    case emerg, alert, crit, err, warning, notice, info, debug

    var number: Int { Self.allCases.firstIndex(of: self) ?? 6 }
}

/// Which part of a system a message comes from; the number is RFC 5424's.
enum SyslogFacility: String, Sendable, CaseIterable {
    case kern, user, mail, daemon, auth, syslog, lpr, news, uucp, cron, authpriv, ftp
    case local0, local1, local2, local3, local4, local5, local6, local7

    var number: Int {
        let place = Self.allCases.firstIndex(of: self) ?? 1
        // Between `ftp` and `local0` are four that have no common name.
        return place < 12 ? place : place + 4
    }
}
