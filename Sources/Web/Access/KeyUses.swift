// When keys were used: noted in memory with each request, and written for all of them together now and then.
package import Storage
import Synchronization

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

package final class KeyUses: Sendable {
    /// Seconds since 1970 by the key's hash.
    private let uses = Mutex<[[UInt8]: Int]>([:])

    func note(_ hash: [UInt8]) {
        let now = Int(Date.now.timeIntervalSince1970)
        uses.withLock { $0[hash] = now }
    }

    /// Writes what was noted. What can't be written is kept for the next time.
    package func write(to keys: APIKeys) async throws(StorageError) {
        let noted = uses.withLock { uses in
            defer { uses = [:] }
            return uses
        }
        do throws(StorageError) {
            try await keys.note(noted)
        } catch {
            uses.withLock { $0.merge(noted) { max($0, $1) } }
            throw error
        }
    }
}
