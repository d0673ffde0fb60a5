// Files that were damaged, cut, glued together or never were files: each is read or refused, and none ends the process.

import Connectors
import Domain
import TestSupport
import Testing

@Suite struct HostileFileTests {
    private static let grammar = [
        "date", "Date,Primary", "Nth day", "# Start date: 20260101", "#", "sep=;", "\"", "\"\"", ",", ";", "\t", "\n", "\n\n", "\r\n", "\r",
        "%", " ",
        "1.234", "1,5", "-", "NaN", "31/1/2026", "1/2/2026", "2026-01-01", "2026-01-01T00:00:00", "0000", "99999", "30 days", "\u{A0}",
        "\u{FEFF}",
        "\0", "9999-12-31", "00001", "CTR (%)",
    ]

    private static func damaged(_ samples: [[UInt8]], _ random: inout Seeded) -> [UInt8] {
        var bytes = samples.randomElement(using: &random) ?? []
        if Bool.random(using: &random) { bytes = Array(bytes.prefix(Int.random(in: 0...400, using: &random))) }
        for _ in 0..<Int.random(in: 0...8, using: &random) {
            let place = Int.random(in: 0...bytes.count, using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0: bytes.insert(contentsOf: Array((grammar.randomElement(using: &random) ?? "").utf8), at: place)
            case 1: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
            case 2: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 0...20, using: &random)))
            default: bytes.insert(contentsOf: bytes.suffix(Int.random(in: 0...60, using: &random)), at: place)
            }
        }
        return bytes
    }

    /// Whole and in pieces the outcome is the same, and every point of an accepted table is of a metric and a day of its own.
    @Test(arguments: 0..<40)
    func areReadOrRefused(seed: Int) throws {
        var random = Seeded(UInt64(seed))
        let names = ["ga4api-usagov-agriculture-users.csv", "gsc-capjamesg-dates.csv", "ga4api-usagov-agriculture-devices.csv"]
        var samples = try names.map { try Array(fixture($0).prefix(600)) }
        samples.append(utf16("sep=,\n\"Reach\"\n\"Date\",\"Primary\"\n\"2026-01-01T00:00:00\",\"5\"\n"))
        samples.append(Array("# A\n# Start date: 20260101\nNth day,m,n\n0000,1,2\n0001,3,4\n\n# B\nChannel,m\nx,1\n".utf8))
        samples.append([])
        for _ in 0..<400 {
            let bytes = Self.damaged(samples, &random)
            let options = TableOptions(dates: DateOrder.allCases.randomElement(using: &random), decimals: nil)
            let cut = Int.random(in: 0...bytes.count, using: &random)
            let whole = outcome([bytes], options)
            #expect(whole == outcome([Array(bytes[..<cut]), Array(bytes[cut...])], options), "\(bytes)")
        }
    }

    private func outcome(_ chunks: [[UInt8]], _ options: TableOptions) -> [String] {
        var reader = DailyFileReader(options)
        do throws(FileError) {
            for chunk in chunks { try reader.feed(chunk) }
            return try reader.finish().map { table in
                switch table.result {
                case .failure(let error): return "\(table.line) \(error)"
                case .success(let read):
                    #expect(Set(read.points.map(\.key)).count == read.points.count)
                    return "\(table.line) \(read.texts)"
                }
            }
        } catch {
            return ["\(error)"]
        }
    }
}
