// Why a command ends early: words for people, a number for scripts.
package import Storage

/// The exit codes of sysexits.h that we use.
package enum ExitStatus: Int32, Sendable {
    case usage = 64
    case badData = 65
    case noInput = 66
    case noUser = 67
    case unavailable = 69
    case software = 70
    case inputOutput = 74
    case tryAgain = 75
    case configuration = 78
}

package struct Failure: Error, Sendable, CustomStringConvertible {
    package let status: ExitStatus
    package let description: String

    package init(_ status: ExitStatus, _ description: String) {
        (self.status, self.description) = (status, description)
    }
}

extension Failure {
    package init(_ error: StorageError) {
        switch error {
        case .unavailable: self.init(.unavailable, error.description)
        case .refused, .schemaMissing: self.init(.configuration, error.description)
        case .conflict, .cancelled, .shutOut: self.init(.tryAgain, error.description)
        case .rejected: self.init(.badData, error.description)
        case .defect: self.init(.software, error.description)
        }
    }

    package init(_ error: MigrationError) {
        switch error {
        case .storage(let error): self.init(error)
        case .edited, .missing, .versionTaken, .outOfOrder, .failed: self.init(.configuration, error.description)
        }
    }
}
