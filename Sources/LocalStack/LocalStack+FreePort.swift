// A port for what runs beside the stack.

extension LocalStack {
    /// The first port from this one on that nobody listens on, on 127.0.0.1. Another process may still be quicker.
    package static func freePort(from first: Int) -> Int? {
        (first..<first + Ports.attempts).first(where: Ports.isFree)
    }
}
