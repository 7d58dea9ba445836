import Foundation
import Testing

/// What the build's own import check does not see: system libraries can be imported by any room that some way depends on
/// them, and floors are only folders to it.
@Suite("the house")
struct HouseTests {
    private static let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../Sources").standardized
    /// From top to ground.
    private static let floors = [
        "sluice", "Management", "Gateway", "Schemas", "Messaging", "Network", "Base", "SystemLibraries",
    ]

    private struct Room {
        let name: String
        let floor: Int
        var imports: Set<String> = []
    }

    private static func rooms() throws -> [String: Room] {
        var rooms: [String: Room] = [:]
        for (place, floor) in floors.enumerated() {
            let folder = sources.appendingPathComponent(floor)
            guard FileManager.default.fileExists(atPath: folder.path) else { continue }
            let names = floor == "sluice" ? [floor] : try FileManager.default.contentsOfDirectory(atPath: folder.path)
            for name in names {
                let path = floor == "sluice" ? folder : folder.appendingPathComponent(name)
                rooms[name] = Room(name: name, floor: place, imports: try imports(path))
            }
        }
        return rooms
    }

    private static func imports(_ folder: URL) throws -> Set<String> {
        var found: Set<String> = []
        let pattern = #/^(?:@\w+ )?(?:public |package |internal |private )?import (\w+)/#
        for path in try FileManager.default.subpathsOfDirectory(atPath: folder.path) where path.hasSuffix(".swift") {
            let text = try String(contentsOf: folder.appendingPathComponent(path), encoding: .utf8)
            for line in text.split(separator: "\n") {
                if let match = try pattern.prefixMatch(in: line) { found.insert(String(match.1)) }
            }
        }
        return found
    }

    @Test("rooms import their own floor and those below, never one above")
    func downwards() throws {
        let rooms = try Self.rooms()
        #expect(rooms.count > 20)
        for room in rooms.values {
            for name in room.imports {
                guard let other = rooms[name] else { continue }
                #expect(other.floor >= room.floor, "\(room.name) imports \(name), which is above it")
            }
        }
    }

    @Test("the map in ARCHITECTURE.md has each room, once")
    func map() throws {
        let text = try String(contentsOf: Self.sources.appendingPathComponent("../ARCHITECTURE.md"), encoding: .utf8)
        let lines = text.split(separator: "\n").map { $0.drop { $0 == " " } }
        for room in try Self.rooms().values where Self.floors[room.floor] != "SystemLibraries" {
            let count = lines.count { $0.hasPrefix("\(room.name)/ ") }
            #expect(count == 1, "\(room.name) stands there \(count) times")
        }
    }

    @Test("each system library is imported by one room; only TLS and Cryptography share OpenSSL")
    func owners() throws {
        let rooms = try Self.rooms()
        let libraries = rooms.values.filter { Self.floors[$0.floor] == "SystemLibraries" }.map(\.name)
        #expect(libraries.count > 5)
        for library in libraries {
            let owners = Set(rooms.values.filter { $0.imports.contains(library) }.map(\.name))
            let allowed: Set<String> = library == "COpenSSL" ? ["TLS", "Cryptography"] : []
            #expect(owners.count == 1 || owners.isSubset(of: allowed) && !owners.isEmpty, "\(library): \(owners)")
        }
    }
}
