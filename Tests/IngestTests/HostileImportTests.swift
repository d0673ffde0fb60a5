// Damaged files and streams into a real database: whatever becomes of each, nothing is half there.
import Connectors
import Domain
import Ingest
import Postgres
import Reporting
import Storage
import TestSupport
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

@Suite(.timeLimit(.minutes(30))) struct HostileImportTests {
    /// `make fuzz` asks for more.
    private static let imports = ProcessInfo.processInfo.environment["HOSTILE_IMPORTS"].flatMap { Int($0) } ?? 600

    private static let seeds: [[UInt8]] =
        [
            "date,sessions,Key events\n2026-01-01,5,1\n2026-01-02,\"1,234\",0\n2026-01-03,7,\n",
            "# Snapshot\n# Start date: 20260101\nNth day,Sessions\n0000,5\n0001,7\n\nDate,Views\n20260101,3\n\nChannel,Sessions\nDirect,12\n",
            "sep=;\nInstagram reach\nDatum;Primary\n2026-01-01T00:00:00;5\n2026-01-02T00:00:00;6\n",
            "date,metric,value,account\n2026-01-01,sessions,5,a\n2026-01-02,sessions,6,a\n2026-01-01,reach,7,\n",
            "{\"day\": \"2026-01-01\", \"metric\": \"sessions\", \"value\": 5}\n{\"day\": \"2026-01-02\", \"metric\": \"sessions\", \"value\": \"6.5\"}\n",
            """
            {"type": "SCHEMA", "stream": "s", "key_properties": ["day"], "schema": {"properties": {"day": {}, "n": {}}}}
            {"type": "RECORD", "stream": "s", "record": {"day": "2026-01-01", "n": 5}}
            {"type": "STATE", "value": {"a": 1}}
            {"type": "RECORD", "stream": "s", "record": {"day": "2026-01-02", "n": "6"}}

            """,
        ].map { Array($0.utf8) } + [
            [0xFF, 0xFE]
                + "sep=,\nInstagram reach\nDate,Primary\n2026-01-01T00:00:00,5\n".utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] },
            // "date,m\n2026-01-01,5\n" by gzip -n.
            [
                0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03, 0x4B, 0x49, 0x2C, 0x49, 0xD5, 0xC9, 0xE5, 0x32, 0x32,
                0x30, 0x32, 0xD3, 0x35, 0x30, 0x04, 0x22, 0x1D, 0x53, 0x2E, 0x00, 0x8B, 0x74, 0x74, 0xF4, 0x14, 0x00, 0x00, 0x00,
            ],
        ]
    private static let scraps: [[UInt8]] = ["\n", ",", "\"", "\n\n", "2026-01-01", "1.234", "-", "{", "}", "null", "\u{FEFF}", "Total"].map
    { Array($0.utf8) }

    /// A few bytes changed, cut out, put in, or told twice.
    private static func damaged(using random: inout Seeded) -> [UInt8] {
        var bytes = seeds.randomElement(using: &random) ?? []
        for _ in 0..<Int.random(in: 0...4, using: &random) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &random)
            let end = min(bytes.count, place + Int.random(in: 0...20, using: &random))
            switch Int.random(in: 0...4, using: &random) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes.removeSubrange(place..<end)
            case 2: bytes.insert(contentsOf: scraps.randomElement(using: &random) ?? [], at: place)
            case 3: bytes.insert(contentsOf: bytes[place..<end], at: place)
            default: bytes.removeLast(bytes.count - place)
            }
        }
        return bytes
    }

    private static func request(_ user: UserID, using random: inout Seeded) throws -> ImportRequest {
        var options = ImportOptions()
        options.source = Bool.random(using: &random) ? "ga4" : nil
        options.account = ["", "a", "b"].randomElement(using: &random)
        options.dates = Bool.random(using: &random) ? "day-first" : nil
        options.currency = Bool.random(using: &random) ? "EUR" : nil
        options.isStrict = Int.random(in: 0...3, using: &random) == 0
        options.takesOver = Bool.random(using: &random)
        options.streamMap = "streams: {s: {source: crm, date: day, metrics: {contacts: n}}}"
        return try options.request(for: user, name: "hostile")
    }

    private struct Kept: Equatable {
        var posted = 0
        var failed = 0
    }

    @Test func nothingIsHalfWritten() async throws {
        try await TestDatabase.with { test in
            _ = try await Users(test.database).add(email: "a@x.test")
            let user = try #require(try await Users(test.database).find(email: "a@x.test")).id
            var random = Seeded(7)
            var kept = Kept()
            for number in 0..<Self.imports {
                let bytes = Self.damaged(using: &random)
                let request = try Self.request(user, using: &random)
                let before = try await entries(test)
                var rest = bytes[...]
                let piece = Int.random(in: 1...200, using: &random)
                let progress = ImportProgress()
                let source = ImportSource(progress: progress) {
                    guard !rest.isEmpty else { return nil }
                    defer { rest = rest.dropFirst(piece) }
                    return Array(rest.prefix(piece))
                }
                let written: Int
                do {
                    written = try await Importer(test.database).run(request, from: source, progress: progress).posting.entries
                    kept.posted += 1
                } catch {
                    #expect(ImportRefusal(error) != nil, "import \(number): \(error)")
                    kept.failed += 1
                    // Of a stream what came before stays; the list says how much.
                    written = try #require(try await ImportList(test.database).find(request.id, of: user)).entries
                }
                let row = try #require(try await ImportList(test.database).find(request.id, of: user))
                #expect(try await entries(test) == before + written, "import \(number)")
                #expect(row.status == "posted" || row.status == "failed", "import \(number) is \(row.status)")
                #expect(row.entries == written, "import \(number)")
            }
            #expect(kept.posted > Self.imports / 10 && kept.failed > Self.imports / 10, "\(kept)")
            #expect(try await TotalsCheck(test.database).examine().wrong == 0)
            let odd: Int = try await test.database.query(
                "select count(*) from (select sum(presence) as p from metrics group by metric_name, source_name, account_ref, metric_date) s where p not in (0, 1)"
            )[0].get(0)
            #expect(odd == 0, "points that are there twice, or less than never")
        }
    }

    private func entries(_ test: TestDatabase) async throws -> Int {
        try await test.database.query("select count(*) from metrics")[0].get(0)
    }
}
