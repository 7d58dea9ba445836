internal import Bytes
internal import HTTPServer
internal import JSON
internal import PluginKit

/// Builds a record's value from a request (reference section 1.4). One for each loop and plugin.
final class Envelope {
    enum ValueSource: String, Sendable {
        case envelope, body, raw
        case bodyArguments = "body_args"
    }

    /// The parts of the envelope.
    struct Parts: OptionSet, Sendable {
        let rawValue: UInt8

        static let method = Parts(rawValue: 1)
        static let uri = Parts(rawValue: 2)
        static let headers = Parts(rawValue: 4)
        static let body = Parts(rawValue: 8)
    }

    private let parts: Parts
    private let source: ValueSource
    private let parser = JSONParser()

    init(parts: Parts, source: ValueSource) {
        self.parts = parts
        self.source = source
    }

    /// Checks that `json` is one JSON document; an object or array unless `anyKind`.
    @discardableResult
    func check(_ json: Span<UInt8>, anyKind: Bool = false) throws(BodyProblem) -> JSONKind {
        let kind: JSONKind
        do throws(JSONError) { kind = try parser.check(json) } catch {
            throw BodyProblem("the body is no valid JSON: \(error)")
        }
        guard anyKind || kind == .object || kind == .array else {
            throw BodyProblem("the body is no valid JSON: an object or array is expected")
        }
        return kind
    }

    /// Appends the value of a record.
    ///
    /// - Parameters:
    ///   - body: The whole body, or the part of it that makes this record.
    ///   - form: What `body` is.
    ///   - isChecked: `body` was found to be JSON already.
    func write(
        _ request: borrowing RequestHead, body: Span<UInt8>, form: BodyForm, isChecked: Bool,
        to output: inout [UInt8]
    ) throws(BodyProblem) {
        switch source {
        case .raw: output.append(body)
        case .body:
            if form == .json, !isChecked { try check(body) }
            if form == .formURLEncoded { _ = try Self.formArguments(body) }
            if form == .multipart { _ = try Self.parts(request, body) }
            output.append(body)
        case .bodyArguments:
            guard form == .json || form == .formURLEncoded || form == .multipart else {
                throw BodyProblem("a JSON, form or multipart body with its Content-Type is expected")
            }
            try writeArguments(request, body, form, isChecked, isWhole: true, to: &output)
        case .envelope: try writeEnvelope(request, body, form, isChecked, to: &output)
        }
    }

    private func writeEnvelope(
        _ request: borrowing RequestHead, _ body: Span<UInt8>, _ form: BodyForm, _ isChecked: Bool,
        to output: inout [UInt8]
    ) throws(BodyProblem) {
        output.append(UInt8(ascii: "{"))
        let start = output.count
        if parts.contains(.method) {
            output.append("\"method\":" as StaticString)
            JSONText.appendString(request.methodBytes(), to: &output)
        }
        if parts.contains(.uri) {
            if output.count > start { output.append(UInt8(ascii: ",")) }
            output.append("\"uri\":" as StaticString)
            JSONText.appendString(request.targetBytes(), to: &output)
            output.append(",\"uri_args\":" as StaticString)
            ArgumentsWriter.writeQuery(request.queryBytes(), to: &output)
        }
        if parts.contains(.headers) {
            if output.count > start { output.append(UInt8(ascii: ",")) }
            output.append("\"headers\":" as StaticString)
            ArgumentsWriter.writeFields(request.fields, to: &output)
        }
        if parts.contains(.body) {
            if output.count > start { output.append(UInt8(ascii: ",")) }
            try writeBody(request, body, form, isChecked, to: &output)
        }
        output.append(UInt8(ascii: "}"))
    }

    private func writeBody(
        _ request: borrowing RequestHead, _ body: Span<UInt8>, _ form: BodyForm, _ isChecked: Bool,
        to output: inout [UInt8]
    ) throws(BodyProblem) {
        // JSON was or will be found to be UTF-8; of other texts what is not UTF-8 would be lost in a JSON string.
        let isText = form == .json || form != .other && form != .ndjson && UTF8Validation.isValid(body)
        output.append("\"body\":" as StaticString)
        if isText {
            JSONText.appendString(body, to: &output)
        } else {
            output.append(UInt8(ascii: "\""))
            Base64.append(body, to: &output)
            output.append(UInt8(ascii: "\""))
        }
        output.append(",\"body_args\":" as StaticString)
        try writeArguments(request, body, form, isChecked, to: &output)
        if !isText { output.append(",\"body_base64\":true" as StaticString) }
    }

    /// - Parameter isWhole: The arguments are all that is sent: bytes that JSON cannot carry are refused.
    private func writeArguments(
        _ request: borrowing RequestHead, _ body: Span<UInt8>, _ form: BodyForm, _ isChecked: Bool,
        isWhole: Bool = false, to output: inout [UInt8]
    ) throws(BodyProblem) {
        switch form {
        case .json:
            if !isChecked { try check(body) }
            output.append(body)
        case .formURLEncoded, .multipart:
            let arguments = form == .multipart ? try Self.parts(request, body) : try Self.formArguments(body)
            if isWhole { try Self.checkText(arguments) }
            ArgumentsWriter.write(arguments, to: &output)
        case .text, .other, .ndjson: output.append("{}" as StaticString)
        }
    }

    private static func checkText(_ arguments: [ArgumentsWriter.Argument]) throws(BodyProblem) {
        for argument in arguments {
            let value = argument.value ?? []
            guard UTF8Validation.isValid(argument.name.span), UTF8Validation.isValid(value.span) else {
                throw BodyProblem("a field of the form is no UTF-8, which a JSON value cannot hold")
            }
        }
    }

    private static func formArguments(_ body: Span<UInt8>) throws(BodyProblem) -> [ArgumentsWriter.Argument] {
        do throws(FormError) {
            return try FormURLEncoded.pairs(body, maximum: QueryArguments.maximum)
        } catch { throw BodyProblem("the body is no valid form: \(error)") }
    }

    private static func parts(
        _ request: borrowing RequestHead, _ body: Span<UInt8>
    ) throws(BodyProblem) -> [ArgumentsWriter.Argument] {
        guard let index = request.index(of: "content-type"),
            let boundary = Multipart.boundary(ofContentType: request.value(index))
        else { throw BodyProblem("the body is no valid multipart form: its Content-Type has no boundary") }
        do throws(FormError) {
            var arguments: [ArgumentsWriter.Argument] = []
            for part in try Multipart.parts(body, boundary: boundary.span) {
                arguments.append((part.name, body.extracting(part.content).array))
            }
            return arguments
        } catch { throw BodyProblem("the body is no valid multipart form: \(error)") }
    }
}
