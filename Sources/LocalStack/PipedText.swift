// A program's input as a pipe that is full before the program starts.
package import SystemPackage

/// Subprocess 1.0.2 ends our process when a program goes away while its input is still being written (a failed assertion in its
/// `StandardInputWriter`). What lies in the pipe already needs no writer.
package enum PipedText {
    /// What a pipe holds on Linux and on macOS without a reader.
    static let capacity = 16 * 1024

    /// The end to read from. Whoever gets it closes it.
    ///
    /// - Precondition: the text is at most 16 KiB long.
    package static func readEnd(of text: String) throws -> FileDescriptor {
        precondition(text.utf8.count <= capacity, "longer than what a pipe holds")
        let (readEnd, writeEnd) = try FileDescriptor.pipe()
        try writeEnd.closeAfter { _ = try writeEnd.writeAll(text.utf8) }
        return readEnd
    }
}
