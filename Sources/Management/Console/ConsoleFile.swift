internal import WebApplication

/// The files of the page, which are built in.
struct ConsoleFile: Sendable {
    let path: String
    let type: String
    let bytes: [UInt8]

    static let all = [
        ConsoleFile(path: "/", type: "text/html; charset=utf-8", bytes: PackageResources.console_html),
        ConsoleFile(path: "/console.css", type: "text/css; charset=utf-8", bytes: PackageResources.console_css),
        ConsoleFile(path: "/console.js", type: "text/javascript; charset=utf-8", bytes: PackageResources.console_js),
    ]

    /// Of every answer: nothing is loaded from elsewhere, and no other page shows this one within itself.
    static let commonFields = [
        (
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; "
                + "form-action 'none'; frame-ancestors 'none'"
        ), ("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "no-referrer"),
    ]

    var response: WebResponse {
        var response = WebResponse(status: 200)
        response.fields = [("Content-Type", type), ("Cache-Control", "no-cache")]
        response.body = bytes
        return response
    }
}
