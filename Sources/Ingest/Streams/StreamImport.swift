// A tap's output into the ledger, in batches: a state is handed on when all that came before it is committed.
import Connectors
import Domain
package import Storage

/// More records can't be taken than may be.
package struct TooManyQuarantined: Error, Sendable, CustomStringConvertible {
    package let count: Int
    package let last: QuarantinedRecord

    package var description: String {
        "\(count) records can't be taken, the last one on line \(last.line): \(last.reason). They are kept with the import; all others up to it are posted"
    }
}

struct StreamImport {
    /// A batch is posted when it has so many points, or when it is so old as a state comes.
    private static let (longestBatch, batchAge) = (50_000, Duration.seconds(5))
    /// So many are in the report.
    private static let longestList = 20

    private let request: ImportRequest
    private let key: ImportKey
    private let source: ImportSource
    private let progress: ImportProgress
    private let importer: Importer
    private var reader: SingerReader
    private var batch = StreamBatch()
    private var versions = StreamVersions()
    private var pendingState: [UInt8]?
    private var lastPosting = ContinuousClock.now
    private var report: ImportReport
    private var posted = PostingReport(metrics: [])
    private var streams: [String: StreamReport] = [:]

    init(_ request: ImportRequest, _ key: ImportKey, _ source: ImportSource, _ progress: ImportProgress, _ importer: Importer) {
        (self.request, self.key, self.source, self.progress, self.importer) = (request, key, source, progress, importer)
        reader = SingerReader(request.map, options: request.options, isLenient: request.isDryRun)
        report = ImportReport(importID: key.id, isDryRun: request.isDryRun, posting: posted)
    }

    /// What ends the run early, an interruption or a stream that can't be taken, does not undo what came before it: that is posted first.
    mutating func run(_ emit: ([UInt8]) throws -> Void) async throws -> ImportReport {
        do {
            while let chunk = try await source.next() {
                reader.feed(chunk)
                try await drain(emit)
            }
            reader.finish()
            try await drain(emit)
        } catch  where !(error is StorageError || error is CancellationError) {
            try await post(emit)
            throw error
        }
        try await post(emit)
        let made = finished()
        if !request.isDryRun { try await importer.imports.finish(key, report: made.json) }
        return made
    }

    private mutating func drain(_ emit: ([UInt8]) throws -> Void) async throws {
        defer { progress.set(rows: reader.recordCount) }
        while let event = try reader.next() {
            switch event {
            case .points(let stream, let points):
                streams[stream, default: StreamReport(name: stream)].records += 1
                streams[stream]?.points += points.count
                if reader.isReplaced(stream) { versions.note(points, of: stream, to: request.account) }
                batch.add(points, of: stream, to: request.account)
                if batch.count >= Self.longestBatch { try await post(emit) }
            case .quarantined(let stream, let line, let reason, let record):
                try await quarantine(QuarantinedRecord(line: line, stream: stream, reason: reason, record: record))
            case .state(let value):
                pendingState = value
                if batch.isEmpty || ContinuousClock.now - lastPosting > Self.batchAge { try await post(emit) }
            case .replaced(let stream):
                try await post(emit)
                try await withdrawOthers(stream)
                versions.close(stream)
            }
        }
    }

    private mutating func quarantine(_ record: QuarantinedRecord) async throws {
        batch.quarantined.append(record)
        report.quarantined += 1
        if report.records.count < Self.longestList { report.records.append(record) }
        if report.quarantined > request.quarantineLimit { throw TooManyQuarantined(count: report.quarantined, last: record) }
    }

    /// Everything that was read: then the newest state of those that came before it.
    private mutating func post(_ emit: ([UInt8]) throws -> Void) async throws {
        let stored = batch
        batch = StreamBatch()
        lastPosting = .now
        for (stream, points) in stored.streams { try await post(points, of: stream, []) }
        if !stored.quarantined.isEmpty { try await post([], of: "", stored.quarantined) }
        // A version that is under way has to be sent again from its beginning, if it is cut off: what it withdraws is known at its end only.
        guard !request.isDryRun, let state = pendingState, versions.areClosed else { return }
        try emit(state)
        (report.state, pendingState) = (state, nil)
    }

    private mutating func post(_ points: [AccountPoint], of stream: String, _ quarantined: [QuarantinedRecord]) async throws {
        var rest = points[...]
        var rules = request.rules
        rules.isLast = false
        let meta: JSON = ["file": .string(request.name), "stream": .string(stream)]
        let provenance = Provenance(importID: key.id, name: request.name, meta: meta)
        let made = try await importer.ledger.post(for: request.user, from: provenance, rules, quarantined: quarantined) { rest.popFirst() }
        progress.add(points: points.count)
        posted = posted.adding(made)
    }

    /// What was posted for the stream, and is not in its new version.
    private mutating func withdrawOthers(_ stream: String) async throws {
        let seen = versions.points(of: stream)
        let known = try await importer.ledger.points(postedBy: stream, of: request.user)
        let gone = known.filter { !seen.contains($0) }
        let points = gone.map { AccountPoint(account: $0.account, point: PostedPoint(metric: $0.metric, day: $0.day, value: nil)) }
        if !points.isEmpty { try await post(points, of: stream, []) }
    }

    private func finished() -> ImportReport {
        var made = ImportReport(importID: key.id, isDryRun: request.isDryRun, posting: posted)
        made.isStream = true
        made.streams = streams.values.sorted { $0.name < $1.name }
        made.streams += reader.skipped.sorted { $0.key < $1.key }.map { name, stream in
            StreamReport(name: name, records: stream.records, skipped: stream.reason ?? "as asked")
        }
        (made.quarantined, made.records, made.state) = (report.quarantined, report.records, report.state)
        return made
    }
}
