// What happened to the stack, for whoever prints or logs it.

extension LocalStack {
    package enum Observation: Sendable, Hashable {
        /// A server that an earlier, killed run had left in this directory was stopped.
        case stoppedLeftover(Part, processID: Int32)
        /// A new database cluster is being made in this directory.
        case initialising(directory: String)
        /// A port was taken, the next one is tried.
        case portTaken(Part, port: Int)
        case starting(Part, port: Int)
        /// The server answers queries.
        case ready(Part, port: Int, processID: Int32)
        case stopping(Part)
        /// A server ended that nobody had asked to: how, and the last lines of its log.
        case died(Part, ending: String, log: [String])
    }
}

extension LocalStack.Observation: CustomStringConvertible {
    package var description: String {
        switch self {
        case .stoppedLeftover(let part, let processID): "Stopped a \(part.rawValue) that an earlier run had left (process \(processID))."
        case .initialising(let directory): "Making a new database in \(directory)."
        case .portTaken(let part, let port): "Port \(port) is taken; \(part.rawValue) tries the next one."
        case .starting(let part, let port): "Starting \(part.rawValue) on port \(port)."
        case .ready(let part, let port, let processID): "\(part.rawValue) is ready on port \(port) (process \(processID))."
        case .stopping(let part): "Stopping \(part.rawValue)."
        case .died(let part, let ending, let log):
            "\(part.rawValue) is gone: it \(ending). Its log ends with:\n" + log.map { "  \($0)\n" }.joined()
        }
    }
}
