import EventLoop
import Testing

@testable import Names

@Suite("files of the resolver")
struct FilesTests {
    private static let hosts = HostsFile(
        """
        # comment
        127.0.0.1\tlocal other # trailing
          10.0.0.1  Both.Example
        10.0.0.2 both.example both.example
        2001:db8::1 both.example six.example
        fe80::1%nosuch scoped
        not-an-address name
        10.0.0.256 name
        10.0.0.3

        """)

    @Test(
        "the first type that a name has counts, or else any",
        arguments: [
            ("local", [.a], ["127.0.0.1"]), ("other", [.srv, .aaaa, .a], ["127.0.0.1"]),
            ("both.example", [.a, .aaaa], ["10.0.0.1", "10.0.0.2"]), ("both.example", [.aaaa, .a], ["2001:db8::1"]),
            ("six.example", [.a], ["2001:db8::1"]), ("localhost", [.a, .aaaa], ["127.0.0.1"]),
            ("localhost", [.aaaa, .a], ["::1"]), ("x.localhost", [], ["127.0.0.1"]), ("name", [.a], nil),
            ("notlocalhost", [.a], nil),
        ] as [(String, [RecordType], [String]?)])
    func hosts(name: String, types: [RecordType], expected: [String]?) {
        #expect(Self.hosts.addresses(of: name, types)?.map(\.host) == expected)
    }

    @Test("the hosts file may say where localhost is")
    func localhost() {
        let file = HostsFile("::1 localhost")
        #expect(file.addresses(of: "localhost", [.a])?.map(\.host) == ["::1"])
    }

    @Test(
        "time-outs and attempts are read within their bounds, the last one counts",
        arguments: [
            ("", nil, nil, nil), ("nameserver 1.2.3.4", nil, nil, nil), ("options timeout:3 attempts:4", nil, 3, 4),
            ("options ndots:2 timeout:3\noptions attempts:1", nil, 3, 1), ("options timeout:0 attempts:99", nil, 1, 5),
            ("options timeout:99999999999999999999999 attempts:x", nil, nil, nil),
            ("options timeout:600", nil, 30, nil),
            ("# options timeout:3", nil, nil, nil), ("options timeout:3 # attempts:2", nil, 3, nil),
            ("options timeout:3", "timeout:7 attempts:2", 7, 2),
        ] as [(String, String?, UInt64?, Int?)])
    func options(text: String, environment: String?, timeout: UInt64?, attempts: Int?) {
        let file = ResolverFile(text, environment: environment)
        #expect(file.timeout == timeout)
        #expect(file.attempts == attempts)
    }

    @Test(
        "name servers of settings read with and without a port",
        arguments: [
            ("8.8.8.8", "8.8.8.8:53"), ("127.0.0.1:8600", "127.0.0.1:8600"), ("::1", "[::1]:53"), ("[::1]", "[::1]:53"),
            ("[2001:db8::1]:5353", "[2001:db8::1]:5353"),
        ])
    func servers(text: String, expected: String) throws {
        #expect(try NameResolverConfiguration.server(text).description == expected)
    }

    @Test(
        "what is no name server is refused with its text",
        arguments: [
            "", "dns.example", "dns.example:53", "8.8.8.8:", "8.8.8.8:0", "8.8.8.8:65536", "8.8.8.8:x", "[::1]53",
        ])
    func noServer(text: String) {
        let error = #expect(throws: EventLoopError.self) { try NameResolverConfiguration.server(text) }
        #expect(error?.description.contains("'\(text)'") == true)
    }

    @Test("a file of settings that is not there is refused, and an order that can find nothing")
    func refused() throws {
        let loop = try EventLoop()
        var configuration = NameResolverConfiguration()
        configuration.hostsFile = "/no/such/hosts"
        let error = #expect(throws: EventLoopError.self) { try NameResolver(loop: loop, configuration: configuration) }
        #expect(error?.description.contains("/no/such/hosts") == true)
        configuration.hostsFile = NameResolverConfiguration.systemHostsFile
        for order: [NameResolverConfiguration.Step] in [[], [.last], [.last, .cname]] {
            configuration.order = order
            #expect(throws: EventLoopError.self) { try NameResolver(loop: loop, configuration: configuration) }
        }
    }

    @Test("name servers, search domains and options come from the file, and settings go before it")
    func resolverFile() async throws {
        let text = "nameserver 127.0.0.1\nnameserver ::1\nsearch one.example. two.example\noptions ndots:3 timeout:9"
        let resolver = try TestResolver([], options: text)
        defer { resolver.stop() }
        let (servers, domains, dots) = await resolver.perform {
            ($0.servers.map(\.description), $0.channel.searchDomains, $0.channel.dots)
        }
        #expect(servers == ["127.0.0.1:53", "[::1]:53"])
        #expect(domains == ["one.example.", "two.example"])
        #expect(dots == 3)
        let other = try TestResolver([NameResolverConfiguration.server("[2001:db8::1]:5353")], options: text)
        defer { other.stop() }
        #expect(await other.perform { $0.servers.map(\.description) } == ["[2001:db8::1]:5353"])
    }
}
