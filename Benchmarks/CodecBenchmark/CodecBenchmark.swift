internal import Avro
internal import Bytes
internal import Glibc
internal import JSON

/// How fast the codecs are, on one core: `codec-benchmark [NAME | NAME-PART] [--seconds N] [--tabs]`. With
/// `--inputs` it writes the document and its schemas as JSON, for peers that do the same work.
@main
enum CodecBenchmark {
    static func main() throws {
        var arguments = Array(CommandLine.arguments.dropFirst())
        var seconds = 2.0
        if let place = arguments.firstIndex(of: "--seconds"), place + 1 < arguments.count,
            let given = Double(arguments[place + 1])
        {
            seconds = given
            arguments.removeSubrange(place...place + 1)
        }
        if arguments == ["--inputs"] { return print(inputs().text) }
        let isForPrograms = arguments.contains("--tabs")
        arguments.removeAll { $0 == "--tabs" }
        let all = try AvroBenchmarks.all() + JSONSchemaBenchmarks.all()
        let named = all.filter { arguments.contains($0.name) }
        for run in named.isEmpty ? all.filter({ run in arguments.allSatisfy(run.name.contains) }) : named {
            let (perSecond, nanoseconds) = measure(run, seconds: seconds)
            if isForPrograms {
                print("\(run.name)\t\(run.bytes)\t\(nanoseconds)")
                continue
            }
            let name = run.name + String(repeating: " ", count: max(0, 44 - run.name.count))
            print("\(name) \(run.bytes) bytes  \(Int(perSecond / 1e6)) MB/s  \(Int(nanoseconds)) ns each")
        }
    }

    private static func inputs() -> JSONValue {
        let document = AvroBenchmarks.document { _, value in value }
        return [
            "document": .string(String(decoding: document, as: UTF8.self)), "avro": .string(AvroBenchmarks.schema),
            "json": .string(JSONSchemaBenchmarks.schema),
        ]
    }

    /// The best of ten parts of the time, in the process's own time: others use the machine too.
    private static func measure(_ run: Benchmark, seconds: Double) -> (bytesPerSecond: Double, nanoseconds: Double) {
        var best = Double.infinity
        for _ in 0..<10 {
            var count = 0.0
            let start = ownTime()
            var elapsed = 0.0
            while elapsed < seconds * 1e8 {
                for _ in 0..<200 { run.body() }
                count += 200
                elapsed = ownTime() - start
            }
            best = min(best, elapsed / count)
        }
        return (Double(run.bytes) / best * 1e9, best)
    }

    /// Nanoseconds that the process has used.
    private static func ownTime() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
    }
}

struct Benchmark {
    let name: String
    /// What one turn reads.
    let bytes: Int
    let body: () -> Void
}
