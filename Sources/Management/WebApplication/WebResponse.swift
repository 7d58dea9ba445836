package import JSON

/// What the node answers.
package struct WebResponse: Sendable {
    package var status: Int
    package var fields: [(name: String, value: String)] = []
    package var body: [UInt8] = []
    /// In place of a body: what is told as long as the client listens.
    package var feed: EventFeed?

    package init(status: Int) { self.status = status }

    /// A JSON document.
    package static func json(_ value: JSONValue, status: Int = 200) -> WebResponse {
        var response = WebResponse(status: status)
        response.fields.append(("Content-Type", "application/json; charset=utf-8"))
        value.write(to: &response.body)
        return response
    }

    /// `{"message": …}`, which is how Kong says a sentence.
    package static func message(_ text: String, status: Int = 200) -> WebResponse {
        .json(["message": .string(text)], status: status)
    }

    /// The events of a feed.
    package static func events(_ feed: EventFeed) -> WebResponse {
        var response = WebResponse(status: 200)
        response.fields = [("Content-Type", "text/event-stream"), ("Cache-Control", "no-store")]
        response.feed = feed
        return response
    }

    package static var noContent: WebResponse { WebResponse(status: 204) }
}
