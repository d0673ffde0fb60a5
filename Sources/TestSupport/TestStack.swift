// One PostgreSQL behind one PgBouncer for all tests of a process.
package import LocalStack
import Synchronization

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The stack of this process. It starts with the first test that asks for it and ends with the process, whatever ends that.
package enum TestStack {
    private static let started = Mutex<Task<LocalStack, any Error>?>(nil)

    package static func shared() async throws -> LocalStack {
        let task = started.withLock { started in
            if let started { return started }
            let task = Task { try await start() }
            started = task
            return task
        }
        return try await task.value
    }

    private static func start() async throws -> LocalStack {
        let directory = LocalStack.defaultDirectory(forCheckout: checkout + "/Tests")
        let configuration = LocalStack.Configuration(
            directory: directory,
            preferredPoolerPort: 16543,
            preferredServerPort: 15432,
            durability: .fast,
            maxConnections: 300
        )
        return try await withCheckedThrowingContinuation { continuation in
            Task.detached {
                do {
                    try await LocalStack.withRunning(configuration) { stack in
                        try await TestDatabase.removeLeftovers(stack)
                        continuation.resume(returning: stack)
                        // The end of the process is the end of the stack.
                        await withUnsafeContinuation { (_: UnsafeContinuation<Void, Never>) in }
                    }
                } catch {
                    // Only before the stack runs: its body never ends.
                    continuation.resume(throwing: error)
                }
            }
        }
    }

    /// Removes what a test left on disk, where there is something. A server that is just ending removes files of its own meanwhile: what is
    /// gone already is no obstacle.
    package static func remove(_ directory: String) {
        while FileManager.default.fileExists(atPath: directory) {
            do {
                try FileManager.default.removeItem(atPath: directory)
            } catch let error as CocoaError where error.code == .fileNoSuchFile {
                continue
            } catch {
                preconditionFailure("\(directory) can't be removed: \(error)")
            }
        }
    }

    /// The folder of the package.
    package static var checkout: String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
    }
}
