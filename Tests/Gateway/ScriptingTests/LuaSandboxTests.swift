import JSON
import Scripting
import Testing

@Suite("Lua sandbox")
struct LuaSandboxTests {
    @Test("a script answers with its first result")
    func answers() throws {
        let sandbox = try LuaSandbox()
        let chunk = try sandbox.compile("local a, b = ... return a + b, 7", name: "sum")
        #expect(try sandbox.run(chunk, [2, 3]) == 5)
        #expect(try sandbox.run(chunk, [0.25, 0.5]) == 0.75)
    }
}
