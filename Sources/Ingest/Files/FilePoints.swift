// The points of a file, one after the other.
import Connectors
import Domain
import Storage

/// Reads a file. The points of a table with a row per day come when all of the file is read, for only then is it known which tables are taken;
/// those of a table with a row per metric, which may be of any length, as they are read.
struct FilePoints {
    /// As many as are read before the database is asked for anything.
    private static let opening = 100_000

    private let request: ImportRequest
    private let source: ImportSource
    private let progress: ImportProgress
    private var reader: DailyFileReader
    private var ready: [SourcedPoint] = []
    private var position = 0
    /// Of the file's accepted tables: which comes next, and how much of it has come.
    private var place = (table: 0, point: 0)
    private var told: Set<SourcedKey> = []

    /// Nil until all of the file is read.
    private(set) var tables: [FileTable]?
    /// Whether points came before the end.
    private(set) var mayRepeat = false

    init(_ request: ImportRequest, _ source: ImportSource, _ progress: ImportProgress) {
        (self.request, self.source, self.progress) = (request, source, progress)
        var options = request.options
        switch request.format {
        case .table(let format): options.format = format
        case .layout(let layout): options.layout = layout
        case .ndjson, .singer, nil: break
        }
        reader = DailyFileReader(options, isNDJSON: { if case .ndjson? = request.format { true } else { nil } }())
    }

    /// - Throws: `RefusedFile`, `FileError`, or what the source throws.
    mutating func readAhead() async throws { try await fill(Self.opening) }

    mutating func next() async throws -> AccountPoint? {
        if position == ready.count {
            ready.removeAll(keepingCapacity: true)
            position = 0
            try await fill(1)
        }
        if position < ready.count {
            defer { position += 1 }
            return try count(ready[position])
        }
        return try nextOfTables().map { try count($0) }
    }

    private mutating func fill(_ wanted: Int) async throws {
        while tables == nil, ready.count < wanted {
            if let chunk = try await source.next() {
                try reader.feed(chunk)
                ready += reader.takePoints()
            } else {
                let read = try reader.finish()
                ready += reader.takePoints()
                mayRepeat = mayRepeat || !ready.isEmpty
                let found = read.withSources
                let accepted = found.count { $0.accepted != nil }
                // Of a long table points may have gone in already: if it is refused, nothing of the file goes in.
                let isLongRefused = mayRepeat && found.first?.accepted == nil
                if accepted == 0 || isLongRefused || request.isStrict && accepted < found.count { throw RefusedFile(tables: found) }
                tables = found
            }
            mayRepeat = mayRepeat || !ready.isEmpty
            progress.set(rows: reader.rowCount)
        }
    }

    /// Each once, though two tables may tell it.
    private mutating func nextOfTables() -> SourcedPoint? {
        while let tables, place.table < tables.count {
            let table = tables[place.table]
            guard let points = table.accepted?.points, place.point < points.count else {
                place = (place.table + 1, 0)
                continue
            }
            let point = points[place.point]
            place.point += 1
            if tables.count > 1, !told.insert(SourcedKey(source: table.source, key: point.key)).inserted { continue }
            return SourcedPoint(source: table.source, account: nil, point: point)
        }
        return nil
    }

    private func count(_ sourced: SourcedPoint) throws -> AccountPoint {
        guard let source = sourced.source else { throw RefusedFile(tables: [.noSource(line: sourced.point.line)]) }
        progress.add(points: 1)
        return AccountPoint(
            account: SourceAccount(source: source, ref: sourced.account ?? request.account),
            point: PostedPoint(sourced.point)
        )
    }
}

private struct SourcedKey: Hashable {
    let source: SourceName?
    let key: PointKey
}

extension PostedPoint {
    init(_ point: DailyPoint) {
        self.init(metric: point.metric, day: point.day, value: point.value, line: point.line)
    }
}
