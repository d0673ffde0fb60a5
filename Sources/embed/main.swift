// embed OUTPUT FILE…: writes a Swift file with the text of each file. The build runs it; see Plugins/EmbedFiles.
import Foundation

let arguments = CommandLine.arguments.dropFirst()
guard let output = arguments.first else {
    FileHandle.standardError.write(Data("usage: embed OUTPUT FILE…\n".utf8))
    exit(64)
}

/// As many # as the text needs, so that nothing in it ends the literal or begins an interpolation.
func literal(_ text: String) -> String {
    var hashes = "#"
    while text.contains("\"\"\"" + hashes) || text.contains("\\" + hashes) { hashes += "#" }
    return "\(hashes)\"\"\"\n\(text)\n\"\"\"\(hashes)"
}

var code = """
    // Made by `embed` from files of the tree.

    /// Files of the tree, by name, in the order of their names.
    enum EmbeddedFiles {
        static let all: [(name: String, text: String)] = [

    """
for path in arguments.dropFirst() {
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let name = URL(fileURLWithPath: path).lastPathComponent
    code += "(name: \"\(name)\", text: \(literal(text))),\n"
}
code += "    ]\n}\n"
try code.write(toFile: output, atomically: true, encoding: .utf8)
