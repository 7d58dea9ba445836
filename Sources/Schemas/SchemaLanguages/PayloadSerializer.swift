internal import Avro
internal import Bytes
package import JSON
internal import JSONSchema
internal import Protobuf

/// How payloads are read.
package struct PayloadOptions: Sendable, Hashable {
    /// How an Avro union's value is written in JSON.
    package enum Unions: Sendable, Hashable {
        /// With the name of its type: `{"string": "x"}`.
        case tagged
        case plain
    }

    package var unions: Unions
    /// The full name of a Protobuf message; nil: the schema's first one.
    package var message: String?
    /// The most bytes of a serialised payload.
    package var maximumBytes: Int

    package init(unions: Unions = .tagged, message: String? = nil, maximumBytes: Int = 16 << 20) {
        self.unions = unions
        self.message = message
        self.maximumBytes = maximumBytes
    }
}

/// Holds JSON payloads against a schema and turns them into what consumers of the schema read.
package struct PayloadSerializer: Sendable {
    private enum Work {
        case avro(AvroEncoder)
        case json(JSONSchema)
        case protobuf(ProtobufEncoder)
    }

    private let work: Work
    private let maximumBytes: Int
    /// What follows a schema's identifier: in Protobuf which of the messages it is.
    package let identifierSuffix: [UInt8]

    /// Throws when a Protobuf schema has no such message.
    package init(_ schema: CompiledSchema, _ options: PayloadOptions = PayloadOptions()) throws(SchemaFault) {
        var suffix: [UInt8] = []
        maximumBytes = options.maximumBytes
        switch schema {
        case .avro(let schema):
            let form = AvroJSONOptions(form: options.unions == .tagged ? .avroJSON : .simpleJSON)
            work = .avro(AvroEncoder(schema, options: form, maximumBytes: options.maximumBytes))
        case .json(let schema, _): work = .json(schema)
        case .protobuf(let schema):
            let found = options.message.map { schema.message(named: $0) } ?? schema.firstMessage
            guard let found, let indexes = found.indexes else {
                throw SchemaFault(
                    options.message.map { "the schema has no message '\($0)'" } ?? "the schema has no message")
            }
            work = .protobuf(ProtobufEncoder(found, maximumBytes: options.maximumBytes))
            ProtobufMessageIndexes.append(indexes, to: &suffix)
        }
        identifierSuffix = suffix
    }

    /// Appends the serialised payload; appends nothing when it throws. JSON stays as it was written.
    ///
    /// - Parameter parser: The parser of the caller's event loop.
    package func serialize(
        _ json: Span<UInt8>, with parser: JSONParser, to output: inout [UInt8]
    ) throws(PayloadFault) {
        switch work {
        case .avro(let encoder):
            do throws(AvroEncodingError) { try encoder.encode(json, with: parser, to: &output) } catch {
                throw PayloadFault(error)
            }
        case .json(let schema):
            guard json.count <= maximumBytes else { throw .tooLarge(limit: maximumBytes) }
            let failure: JSONSchemaFailure?
            do throws(JSONError) { failure = try schema.validate(json, with: parser) } catch { throw .notJSON(error) }
            if let failure { throw PayloadFault(failure) }
            output.append(json)
        case .protobuf(let encoder):
            do throws(ProtobufEncodingError) { try encoder.encode(json, with: parser, to: &output) } catch {
                throw PayloadFault(error)
            }
        }
    }
}

extension PayloadFault {
    fileprivate init<Rule: RawRepresentable<String>>(_ error: JSONEncodingError<Rule>) {
        switch error {
        case .notJSON(let error): self = .notJSON(error)
        case .violations(let violations, let areAll):
            let told = violations.map {
                PayloadViolation(rule: $0.rule.rawValue, pointer: $0.pointer, expected: $0.expected, found: $0.found)
            }
            self = .violations(told, areAll: areAll)
        case .tooLarge(let limit): self = .tooLarge(limit: limit)
        }
    }

    fileprivate init(_ failure: JSONSchemaFailure) {
        switch failure {
        case .violations(let violations, let areAll):
            let told = violations.map {
                PayloadViolation(rule: $0.keyword, pointer: $0.instance, expected: $0.expected, found: $0.found)
            }
            self = .violations(told, areAll: areAll)
        case .tooDeep, .tooComplex, .patternGivenUp: self = .tooComplex(failure.description)
        }
    }
}
