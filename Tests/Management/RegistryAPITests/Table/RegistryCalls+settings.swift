import JSON

extension RegistryCalls {
    static let levels: [RegistryCall] = [
        RegistryCall("a subject without a level", "GET", "/config/l", .code(40408))
            .apicurio(.ownLevels, .code(40401)),
        RegistryCall(
            "the registry's holds for it", "GET", "/config/l?defaultToGlobal=true",
            .body(["compatibilityLevel": "BACKWARD"])
        )
        .apicurio(.ownLevels, .code(40401)),
        RegistryCall("to be configured", "POST", "/subjects/l/versions", record("L", "x"), .body(["id": "{l1}"]))
            .saving("id", as: "l1"),
        RegistryCall("a level that is not there", "PUT", "/config", ["compatibility": "SIDEWAYS"], .code(42203))
            .apicurio(.faults500, .status(500)),
        RegistryCall(
            "of a subject, a level that is not there", "PUT", "/config/l", ["compatibility": "SIDEWAYS"], .code(42203)
        )
        .apicurio(.faults500, .status(500)),
        RegistryCall(
            "a level of its own", "PUT", "/config/l", ["compatibility": "FULL"], .body(["compatibility": "FULL"])
        )
        .apicurio(.levelAnswers, .body(["compatibilityLevel": "FULL"])),
        RegistryCall(
            "a level in small letters", "PUT", "/config/l", ["compatibility": "full"], .body(["compatibility": "FULL"])
        )
        .apicurio(.faults500, .status(500)),
        RegistryCall("is there", "GET", "/config/l", .body(["compatibilityLevel": "FULL"])),
        RegistryCall("and goes", "DELETE", "/config/l", .body(["compatibilityLevel": "FULL"])),
        RegistryCall("and is gone", "GET", "/config/l", .code(40408))
            .apicurio(.ownLevels, .body(["compatibilityLevel": "NONE"])),
        RegistryCall(
            "the registry's level", "PUT", "/config", ["compatibility": "NONE"], .body(["compatibility": "NONE"])
        )
        .apicurio(.levelAnswers, .body(["compatibilityLevel": "NONE"])),
        RegistryCall("goes", "DELETE", "/config", .body(["compatibilityLevel": "NONE"]))
            .apicurio(.missingEndpoints, .status(405)),
        RegistryCall("back to the first", "GET", "/config", .body(["compatibilityLevel": "BACKWARD"]))
            .apicurio(.missingEndpoints, .body(["compatibilityLevel": "NONE"])),
        RegistryCall(
            "is set again", "PUT", "/config", ["compatibility": "BACKWARD"], .body(["compatibility": "BACKWARD"])
        )
        .apicurio(.levelAnswers, .body(["compatibilityLevel": "BACKWARD"])),
        RegistryCall(
            "compared where nothing is, with the latest", "POST", "/compatibility/subjects/none/versions/latest",
            record("L", "x"), .body(["is_compatible": true])),
        RegistryCall(
            "compared where nothing is", "POST", "/compatibility/subjects/none/versions", record("L", "x"),
            .body(["is_compatible": true])
        )
        .apicurio(.comparedNothing, .code(40401)),
        RegistryCall(
            "compared where nothing is, with a version", "POST", "/compatibility/subjects/none/versions/1",
            record("L", "x"), .code(40401)
        )
        .apicurio(.comparedNothing, .code(40402)),
        RegistryCall(
            "compared with a version that is not there", "POST", "/compatibility/subjects/l/versions/9",
            record("L", "x"), .code(40402)),
        RegistryCall(
            "compared with no version", "POST", "/compatibility/subjects/l/versions/zero", record("L", "x"),
            .code(42202)
        )
        .apicurio(.versions, .code(40402)),
        RegistryCall(
            "a bad schema is not compared", "POST", "/compatibility/subjects/l/versions/latest", avro("{"), .code(42201)
        ),
        RegistryCall(
            "told without reasons", "POST", "/compatibility/subjects/l/versions/latest", avro(#""int""#),
            .body(["is_compatible": false])),
        RegistryCall(
            "no reasons unless asked for", "POST", "/compatibility/subjects/l/versions/latest", avro(#""int""#),
            .without(["messages"])),
        RegistryCall(
            "no reasons where there are none", "POST", "/compatibility/subjects/l/versions/latest?verbose=true",
            record("L", "x"), .body(["is_compatible": true, "messages": []])
        )
        .apicurio(.noMessages, .without(["messages"])),
        RegistryCall("refused", "POST", "/subjects/l/versions", avro(#""int""#), .code(409)),
    ]

    static let modes: [RegistryCall] = [
        RegistryCall("a subject without a mode", "GET", "/mode/m", .code(40409))
            .apicurio(.noModes, .status(204)),
        RegistryCall(
            "the registry's holds for it", "GET", "/mode/m?defaultToGlobal=true", .body(["mode": "READWRITE"])
        )
        .apicurio(.noModes, .status(204)),
        RegistryCall("a mode that is not there", "PUT", "/mode", ["mode": "ASLEEP"], .code(42204))
            .apicurio(.noModes, .status(400)),
        RegistryCall("of a subject, a mode that is not there", "PUT", "/mode/m", ["mode": "ASLEEP"], .code(42204))
            .apicurio(.noModes, .status(400)),
        RegistryCall("a mode of its own", "PUT", "/mode/m", ["mode": "READONLY"], .body(["mode": "READONLY"]))
            .apicurio(.noModes, .status(204)),
        RegistryCall("is there", "GET", "/mode/m", .body(["mode": "READONLY"]))
            .apicurio(.noModes, .status(204)),
        RegistryCall("nothing is registered", "POST", "/subjects/m/versions", record("M"), .code(42205))
            .apicurio(.noModes, .status(200)),
        RegistryCall("it goes", "DELETE", "/mode/m", .body(["mode": "READONLY"]))
            .apicurio(.noModes, .status(405)),
        RegistryCall("and is gone", "GET", "/mode/m", .code(40409))
            .apicurio(.noModes, .status(204)),
        RegistryCall("now something is registered", "POST", "/subjects/m/versions", record("M"), .status(200)),
        RegistryCall("the registry's mode", "PUT", "/mode", ["mode": "READONLY"], .body(["mode": "READONLY"]))
            .apicurio(.noModes, .status(404)),
        RegistryCall("nothing is registered", "POST", "/subjects/m/versions", record("M", "x"), .code(42205))
            .apicurio(.noModes, .status(200)),
        RegistryCall("nothing is deleted", "DELETE", "/subjects/m", .code(42205))
            .apicurio(.noModes, .status(200)),
        RegistryCall("nothing is configured", "PUT", "/config/m", ["compatibility": "FULL"], .code(42205))
            .apicurio(.noModes, .status(200)),
        RegistryCall("it ends", "PUT", "/mode", ["mode": "READWRITE"], .body(["mode": "READWRITE"]))
            .apicurio(.noModes, .status(404)),
    ]

    static let importing: [RegistryCall] = [
        RegistryCall(
            "an id without importing", "POST", "/subjects/i/versions",
            ["schema": #"{"type":"record","name":"I","fields":[]}"#, "id": 70001, "version": 5], .code(42205)
        )
        .apicurio(.noModes, .status(200)),
        RegistryCall("importing into what is used", "PUT", "/mode/m", ["mode": "IMPORT"], .code(42205))
            .apicurio(.noModes, .status(204)),
        RegistryCall("importing", "PUT", "/mode/i", ["mode": "IMPORT"], .body(["mode": "IMPORT"]))
            .apicurio(.noModes, .status(204)),
        RegistryCall(
            "an id and a version", "POST", "/subjects/i/versions",
            ["schema": #"{"type":"record","name":"I","fields":[]}"#, "id": 70001, "version": 5], .body(["id": 70001])
        )
        .apicurio(.noModes, .status(200)),
        RegistryCall("are kept", "GET", "/subjects/i/versions/5", .body(["id": 70001, "version": 5]))
            .apicurio(.noModes, .status(404)),
        RegistryCall(
            "another id for the same", "POST", "/subjects/i/versions",
            ["schema": #"{"type":"record","name":"I","fields":[]}"#, "id": 70002, "version": 5], .code(42207)
        )
        .apicurio(.noModes, .status(200)),
        RegistryCall(
            "the same id for another", "POST", "/subjects/i/versions",
            ["schema": #"{"type":"record","name":"J","fields":[]}"#, "id": 70001, "version": 6], .code(42205)
        )
        .apicurio(.noModes, .status(409)),
        RegistryCall("without an id", "POST", "/subjects/i/versions", record("K"), .code(42205))
            .apicurio(.noModes, .status(409)),
    ]
}
