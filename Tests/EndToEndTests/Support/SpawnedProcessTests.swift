import TestClient
import TestProcesses
import Testing

@Suite("Programs beside the tests")
struct SpawnedProcessTests {
    @Test("the end of a program is heard while others that go on were started beside it")
    func ends() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    try await OwnThread.run {
                        for status in Int32(0)..<20 {
                            let longer = try SpawnedProcess("/bin/sleep", ["1000"])
                            defer { longer.send(9) }
                            let ended = try SpawnedProcess.run("/bin/sh", ["-c", "echo said; exit \(status)"])
                            #expect(ended.status == status && ended.text == "said\n")
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    @Test("one that is killed tells the signal, and its number is not used again")
    func killed() async throws {
        let process = try SpawnedProcess("/bin/sleep", ["1000"])
        #expect(process.isRunning)
        process.send(15)
        #expect(try await OwnThread.run { process.wait() } == 128 + 15)
        #expect(!process.isRunning)
        process.send(9)
    }

    @Test("no descriptor of the tests is open in it, and no signal is blocked")
    func nothingInherited() throws {
        let ended = try SpawnedProcess.run(
            "/bin/sh", ["-c", "ls /proc/self/fd | wc -w; grep SigBlk /proc/self/status"])
        // The three streams, and the folder that is being read.
        #expect(ended.text == "4\nSigBlk:\t0000000000000000\n")
    }

    @Test("a program that is not there is an error")
    func absent() {
        #expect(throws: SpawnedProcess.Failure.self) { try SpawnedProcess("/nowhere/at/all", []) }
    }
}
