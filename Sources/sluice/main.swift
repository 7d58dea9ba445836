import Bytes
import System

CurrentProcess.openMissingStreams()
let arguments = Array(CommandLine.arguments.dropFirst())
CurrentProcess.ignoreBrokenPipes()

guard let word = arguments.first, word != "--help", word != "-h", word != "help" else {
    StandardStream.output.write(Commands.help)
    CurrentProcess.exit(arguments.isEmpty ? 2 : 0)
}
let wanted = word == "--version" ? "version" : word
guard let command = Commands.all.first(where: { $0.name == wanted }) else {
    let hint = NearestName.suggestion(for: word, among: Commands.all.map { $0.name })
    StandardStream.error.write("sluice: there is no command '\(word)'\(hint)\nsee sluice --help\n")
    CurrentProcess.exit(2)
}
CurrentProcess.exit(await command.run(Array(arguments.dropFirst())))
