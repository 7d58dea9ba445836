import JSON
import Scripting
import Testing

/// Patterns are matched by code of our own: these results are those of the reference implementation.
@Suite("Lua patterns")
struct LuaPatternTests {
    @Test(
        "find, match, gmatch and gsub answer as in Lua 5.1",
        arguments: [
            ("('hello world'):find('o w')", "5,7"), ("('hello'):find('l+')", "3,4"), ("('hello'):find('xyz')", "nil"),
            ("('a.b'):find('.', 1, true)", "2,2"), ("('a+b'):find('+', 1, true)", "2,2"), ("('abc'):find('')", "1,0"),
            ("('abc'):find('', 10)", "4,3"), ("('abc'):find('b', -1)", "nil"), ("('abc'):find('b', -2)", "2,2"),
            ("('abc'):find('(b)(c)')", "2,3,b,c"), ("('abc'):find('()b()')", "2,2,2,3"), ("('abc'):find('^b')", "nil"),
            ("('abc'):find('c$')", "3,3"), ("('a$c'):find('$c')", "2,3"),
            ("('key = value'):match('^(%w+)%s*=%s*(%w+)$')", "key,value"),
            ("('  trim me '):match('^%s*(.-)%s*$')", "trim me"),
            ("('2024-01-02'):match('(%d+)-(%d+)-(%d+)')", "2024,01,02"),
            ("('f(a(b)c)d'):match('%b()')", "(a(b)c)"), ("('THE (quick) fox'):find('%((%a+)%)')", "5,11,quick"),
            ("('THE (quick) fox'):gsub('%f[%a]%a+', 'x')", "x (x) x,3"), ("('abc'):match('.-')", ""),
            ("('aaa'):match('a-b')", "nil"), ("('aab'):match('a-b')", "aab"), ("('abc'):match('[a-b]+')", "ab"),
            ("('a]c'):match('[]]')", "]"), ("('a^c'):match('[%^]')", "^"), ("('a-c'):match('[a-]+')", "a-"),
            ("('abc'):match('[^a]+')", "bc"), ("('abc'):match('[%a]+')", "abc"),
            ("('x=\"y\" z=\"w\"'):match('(%w)=([\"])(.-)%2')", "x,\",y"),
            ("('abab'):match('(ab)%1')", "ab"), ("('a\\0b'):match('%z')", "\u{0}"), ("('a\\0b'):find('b')", "3,3"),
            ("('hello world'):gsub('o', '0')", "hell0 w0rld,2"), ("('hello'):gsub('', '-')", "-h-e-l-l-o-,6"),
            ("('hello'):gsub('l', '%0%0')", "hellllo,2"),
            ("('hello world'):gsub('(%w+) (%w+)', '%2 %1')", "world hello,1"),
            ("('abc'):gsub('%w', {a = '1', b = false})", "1bc,3"),
            ("('abc'):gsub('%w', function(c) return c == 'b' and 'x' end)", "axc,3"),
            ("('abc'):gsub('%w', '%%')", "%%%,3"), ("('aaa'):gsub('a', 'b', 2)", "bba,2"),
            ("('aaa'):gsub('^a', 'b')", "baa,1"),
            ("('abc'):gsub('b*', 'x')", "xaxxcx,4"), ("('a b'):gsub('%S', string.upper)", "A B,2"),
            ("('abc'):gsub('b', 7)", "a7c,1"),
            ("each('one two', '%a+')", "one;two;"), ("each('k=v, a=b', '(%w)=(%w)')", "kv;ab;"),
            ("each('abc', '')", ";;;;"),
            ("('a?b'):match('a%?b')", "a?b"), ("('color'):match('colou?r')", "color"),
            ("('colour'):match('colou?r')", "colour"),
            ("('0x1F'):match('%x+', 3)", "1F"), ("('A'):match('%l') or ('A'):match('%u')", "A"),
            ("('\\228'):match('%W') ~= nil", "true"),
        ])
    func results(_ expression: String, _ expected: String) throws {
        let source = """
            local function each(s, p)
              local t = {}
              for a, b in s:gmatch(p) do t[#t + 1] = a .. (b or '') .. ';' end
              return table.concat(t)
            end
            local t = {}
            for i = 1, select('#', \(expression)) do t[i] = tostring((select(i, \(expression)))) end
            return table.concat(t, ',')
            """
        #expect(try run(source) == .string(expected))
    }

    @Test(
        "a malformed pattern is an error",
        arguments: [
            ("('a'):find('%')", "malformed pattern (ends with '%')"),
            ("('a'):find('[a')", "malformed pattern (missing ']')"),
            ("('a'):find('(a')", "unfinished capture"), ("('a'):match('a)')", "invalid pattern capture"),
            ("('a'):find('%1')", "invalid capture index"), ("('a'):find('%b')", "unbalanced pattern"),
            ("('a'):find('%fa')", "missing '[' after '%f' in pattern"),
            ("('a'):gsub('a', '%2')", "invalid capture index"),
            ("('a'):gsub('a', function() return {} end)", "invalid replacement value (a table)"),
            ("('a'):find('[')", "malformed pattern (missing ']')"),
            ("('a'):find('[^')", "malformed pattern (missing ']')"),
            ("('a'):find('[%')", "malformed pattern (missing ']')"),
            ("('a'):find('[]')", "malformed pattern (missing ']')"),
        ])
    func malformed(_ expression: String, _ message: String) throws {
        #expect(try error(try LuaSandbox(), "return \(expression)") == LuaError(.runtime, "script:1: \(message)"))
    }
}
