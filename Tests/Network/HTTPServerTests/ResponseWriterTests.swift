import Bytes
import Testing

@testable import HTTPServer

@Suite("The head of a response")
struct ResponseWriterTests {
    private func head(_ response: Response, framing: HTTP1ResponseWriter.Framing = .length(2)) -> String {
        var output: [UInt8] = []
        HTTP1ResponseWriter.write(
            response, framing: framing, keepsAlive: true, minorVersion: 1, date: Array("today".utf8), to: &output)
        return output.span.string
    }

    @Test("fields are written in the order in which they were added")
    func order() {
        var response = Response()
        response.addField("b", Array("1".utf8).span)
        response.setField("a", decimal: -20)
        response.addField("C", "")
        #expect(
            head(response)
                == "HTTP/1.1 200 OK\r\nb: 1\r\na: -20\r\nC: \r\nDate: today\r\nContent-Length: 2\r\n\r\n")
    }

    @Test("fields that were removed or replaced are not written")
    func removed() {
        var response = Response()
        response.addField("one", "first")
        response.addField("two", "second")
        response.addField("One", "third")
        response.removeField("two")
        response.setField("one", "fourth")
        response.addField("five", "fifth")
        #expect(
            head(response)
                == "HTTP/1.1 200 OK\r\none: fourth\r\nfive: fifth\r\nDate: today\r\nContent-Length: 2\r\n\r\n")

        response.reset()
        response.addField("six", "sixth")
        #expect(head(response) == "HTTP/1.1 200 OK\r\nsix: sixth\r\nDate: today\r\nContent-Length: 2\r\n\r\n")
    }

    @Test("how the message is framed is not the handler's to say, the date is")
    func framing() {
        var response = Response()
        response.addField("Content-Length", "99")
        response.addField("date", "tomorrow")
        response.addField("Transfer-Encoding", "gzip")
        response.addField("x", "y")
        #expect(
            head(response, framing: .chunked)
                == "HTTP/1.1 200 OK\r\ndate: tomorrow\r\nx: y\r\nTransfer-Encoding: chunked\r\n\r\n")
    }

    @Test("a value cannot end its line")
    func control() {
        var response = Response()
        response.addField("x", "a\r\nSet-Cookie: b\u{0}\u{7f}\tc\u{e9}")
        response.addField("y", "z")
        #expect(
            head(response)
                == "HTTP/1.1 200 OK\r\nx: a  Set-Cookie: b  \tc\u{e9}\r\ny: z\r\nDate: today\r\nContent-Length: 2\r\n\r\n"
        )
        #expect(response.value(of: "x") == "a  Set-Cookie: b  \tc\u{e9}")
    }
}
