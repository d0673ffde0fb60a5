// Batches of a tap's points into the ledger.
import Domain
import Storage

/// Posts while the next batch is read.
struct StreamPoster: Sendable {
    let ledger: Ledger
    let request: ImportRequest
    let id: ImportID
    let progress: ImportProgress

    /// Stream by stream, since each entry says which it is of; then the records that can't be taken.
    func post(_ batch: StreamBatch) async throws -> PostingReport {
        var posted = PostingReport(metrics: [])
        for (stream, points) in batch.streams { posted = posted.adding(try await post(points, of: stream)) }
        if !batch.quarantined.isEmpty { posted = posted.adding(try await post([], of: "", batch.quarantined)) }
        return posted
    }

    /// Withdraws what the stream posted last, to the accounts that its new version has points of, and is not in it.
    func withdrawOthers(_ stream: String, than seen: Set<PostedPointKey>) async throws -> PostingReport {
        let accounts = Array(Set(seen.map(\.account)))
        let gone = try await ledger.points(postedBy: stream, to: accounts, of: request.user).filter { !seen.contains($0) }
        let points = gone.map { AccountPoint(account: $0.account, point: PostedPoint(metric: $0.metric, day: $0.day, value: nil)) }
        return points.isEmpty ? PostingReport(metrics: []) : try await post(points, of: stream)
    }

    private func post(_ points: [AccountPoint], of stream: String, _ quarantined: [QuarantinedRecord] = []) async throws -> PostingReport {
        var rest = points[...]
        var rules = request.rules
        rules.isLast = false
        let meta: JSON = ["file": .string(request.name), "stream": .string(stream)]
        let provenance = Provenance(importID: id, name: request.name, meta: meta)
        let made = try await ledger.post(for: request.user, from: provenance, rules, quarantined: quarantined) { rest.popFirst() }
        progress.add(points: points.count)
        return made
    }
}
