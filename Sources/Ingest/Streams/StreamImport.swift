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
    /// Bytes at once, below which a tap is one that trickles.
    private static let trickle = 16 * 1024
    /// Bad records that wait for a posting.
    private static let longestQuarantine = 500
    /// So many are in the report.
    private static let longestList = 20

    /// A posting that is under way while the next batch is read, and the state that may be handed on after it.
    private struct Flight {
        let posting: Task<PostingReport, any Error>
        var state: [UInt8]?
    }

    private let request: ImportRequest
    private let key: ImportKey
    private let source: ImportSource
    private let progress: ImportProgress
    private let imports: Imports
    private let poster: StreamPoster
    private var reader: SingerReader
    private var batch = StreamBatch()
    private var versions = StreamVersions()
    private var pendingState: [UInt8]?
    private var flight: Flight?
    /// A posting failed: no state may be handed on any more.
    private var hasFailed = false
    private var lastPosting = ContinuousClock.now
    private var report: ImportReport
    private var streams: [String: StreamReport] = [:]

    init(_ request: ImportRequest, _ key: ImportKey, _ source: ImportSource, _ progress: ImportProgress, _ importer: Importer) {
        (self.request, self.key, self.source, self.progress, imports) = (request, key, source, progress, importer.imports)
        poster = StreamPoster(ledger: importer.ledger, request: request, id: key.id, progress: progress)
        reader = SingerReader(request.map, options: request.options, isLenient: request.isDryRun)
        report = ImportReport(importID: key.id, isDryRun: request.isDryRun, isStream: true)
    }

    /// What ends the run early, an interruption or a stream that can't be taken, does not undo what came before it: that is posted first.
    mutating func run(_ emit: ([UInt8]) throws -> Void) async throws -> ImportReport {
        defer { flight?.posting.cancel() }
        do {
            while let chunk = try await source.next() {
                reader.feed(chunk)
                try await drain(emit)
                // A tap that sends little at a time is slower than we are: its state need not wait for more.
                if chunk.count < Self.trickle { try await land(emit) }
                // Where Swift gives this process one thread, the posting that is under way has its turn here.
                await Task.yield()
            }
            reader.finish()
            try await drain(emit)
        } catch  where !hasFailed && !(error is CancellationError) {
            try await postAll(emit)
            throw error
        }
        try await postAll(emit)
        let made = finished()
        if !request.isDryRun { try await imports.finish(key, report: made.json) }
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
                try batch.add(points, of: stream, to: request.account)
                if batch.count >= Self.longestBatch { try await post(emit) }
            case .quarantined(let stream, let line, let reason, let record):
                if reader.isReplaced(stream) { versions.noteBadRecord(of: stream) }
                try quarantine(QuarantinedRecord(line: line, stream: stream, reason: reason, record: record))
                if batch.quarantined.count >= Self.longestQuarantine { try await post(emit) }
            case .state(let value):
                pendingState = value
                if batch.isEmpty, flight != nil {
                    takeState()
                } else if batch.isEmpty || ContinuousClock.now - lastPosting > Self.batchAge {
                    try await post(emit)
                }
            case .replaced(let stream):
                try await postAll(emit)
                // What could not be read may well be in the new version.
                if !versions.hasBadRecords(stream) {
                    report.posting = report.posting.adding(try await poster.withdrawOthers(stream, than: versions.points(of: stream)))
                }
                versions.close(stream)
            }
        }
    }

    private mutating func quarantine(_ record: QuarantinedRecord) throws {
        batch.quarantined.append(record)
        report.quarantined += 1
        if report.records.count < Self.longestList { report.records.append(record) }
        if report.quarantined > request.quarantineLimit { throw TooManyQuarantined(count: report.quarantined, last: record) }
    }

    private mutating func postAll(_ emit: ([UInt8]) throws -> Void) async throws {
        try await post(emit)
        try await land(emit)
    }

    /// Everything that was read, once what was read before is posted.
    private mutating func post(_ emit: ([UInt8]) throws -> Void) async throws {
        try await land(emit)
        let (stored, poster) = (batch, poster)
        (batch, lastPosting) = (StreamBatch(), .now)
        flight = Flight(posting: Task { try await poster.post(stored) })
        takeState()
    }

    /// The newest state goes with the posting that is under way: all that came before it is in that or in one before.
    private mutating func takeState() {
        // A version that is under way has to be sent again from its beginning, if it is cut off: what it withdraws is known at its end only.
        guard !request.isDryRun, versions.areClosed, let state = pendingState else { return }
        flight?.state = state
        pendingState = nil
    }

    /// Waits for the posting that is under way; then the newest of the states that came before it may be handed on.
    private mutating func land(_ emit: ([UInt8]) throws -> Void) async throws {
        guard let flight else { return }
        self.flight = nil
        do {
            let made = try await withTaskCancellationHandler {
                try await flight.posting.value
            } onCancel: {
                flight.posting.cancel()
            }
            report.posting = report.posting.adding(made)
        } catch {
            hasFailed = true
            throw error
        }
        guard let state = flight.state else { return }
        try emit(state)
        report.state = state
    }

    private func finished() -> ImportReport {
        var made = report
        made.streams = streams.values.sorted { $0.name < $1.name }
        made.streams += reader.skipped.sorted { $0.key < $1.key }.map { name, stream in
            StreamReport(name: name, records: stream.records, skipped: stream.reason ?? "as asked")
        }
        return made
    }
}
