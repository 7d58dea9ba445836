import Foundation
import TestBrokers

/// An nginx with a configuration that the test writes; it keeps what it needs in a folder of its own.
final class NginxServer: Sendable {
    let folder: String
    private let process: ChildProcess

    /// - Parameter http: What stands in the block `http`; `FOLDER` in it becomes the folder's path.
    init(http: String, port: Int) async throws {
        guard let binary = TestEnvironment.nginx else { throw TestEnvironmentError(TestEnvironment.needsNginx) }
        folder = try TestFiles.shared.get().makeFolder()
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map { "\($0)_temp_path FOLDER/\($0);" }
        let configuration = """
            daemon off; master_process off; worker_processes 1;
            pid FOLDER/pid; error_log FOLDER/errors.log info;
            events { worker_connections 512; }
            http {
                access_log off;
                \(temporary.joined(separator: "\n    "))
                \(http)
            }
            """.replacingOccurrences(of: "FOLDER", with: folder)
        let file = "\(folder)/nginx.conf"
        try configuration.write(toFile: file, atomically: true, encoding: .utf8)
        process = try ChildProcess(binary, ["-p", folder, "-c", file, "-e", "\(folder)/errors.log"])
        try TestFiles.shared.get().add(node: process.identifier)
        try await Eventually.holds("nginx listens") { [process, folder] in
            guard process.isRunning else {
                let errors = (try? String(contentsOfFile: "\(folder)/errors.log", encoding: .utf8)) ?? ""
                throw TestEnvironmentError("it ended: \(process.text)\(errors)")
            }
            return (try? RawConnection.isOpen(port)) == true
        }
    }

    /// The lines of a log in its folder.
    func lines(_ log: String) -> [String] {
        let bytes = FileManager.default.contents(atPath: "\(folder)/\(log)") ?? Data()
        // The last line may not be whole yet.
        return String(decoding: bytes, as: UTF8.self).components(separatedBy: "\n").dropLast()
    }
}
