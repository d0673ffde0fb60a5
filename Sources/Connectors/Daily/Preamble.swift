// What stands above the headers of a table: comments, as Google Analytics writes them, or a title, as Meta Business Suite does.

import Domain

/// The lines above a table's headers.
struct Preamble: Sendable {
    private(set) var title: String?
    /// `# 20190101-20191231`: what Universal Analytics says once for all tables below.
    private(set) var hasPeriod = false
    /// Where the title is, if it is no comment.
    private(set) var titleLine: Int?
    /// `# Start date: 20260109`: what a column `Nth day` counts from.
    private(set) var firstDay: Day?

    /// `# End date: 20260205`, or the end of `# 20190101-20191231`.
    private(set) var lastDay: Day?
    /// The text of that line, where it is no day.
    private(set) var unreadFirstDay: String?

    /// All the days that the table may have.
    var period: ClosedRange<Day>? {
        guard let firstDay, let lastDay, firstDay <= lastDay else { return nil }
        return firstDay...lastDay
    }

    /// `# text`, and not `#REF!` nor `#,date`.
    private static func isComment(_ record: FileRecord) -> Bool {
        record.bytes.first == UInt8(ascii: "#") && (record.bytes.count == 1 || record.bytes[1] == UInt8(ascii: " "))
    }

    /// A blank line was passed, and nothing since.
    private var isBelowBlankLine = false

    /// A start date may stand above a blank line and its table, but not above another comment: that begins another table.
    mutating func passBlankLine() { isBelowBlankLine = true }

    /// - Parameter above: what stands above another table of the file: the period of an export is that of all of its tables.
    init(below above: Preamble? = nil) {
        guard let above, above.hasPeriod else { return }
        (firstDay, lastDay, hasPeriod) = (above.firstDay, above.lastDay, true)
    }

    /// False if the record is not of the preamble: then it has the headers.
    mutating func take(_ record: FileRecord) -> Bool {
        if Self.isComment(record) {
            // A comma in a comment separates nothing, and those at its end are a spreadsheet's.
            let end = record.bytes.lastIndex { !SeparatorFinder.candidates.contains($0) } ?? 0
            takeComment(Header(String(decoding: record.bytes[...end].dropFirst(), as: UTF8.self)).text)
            return true
        }
        let first = Header(record.text(0))
        // Spreadsheets fill a title's line up with empty fields.
        let isAlone = !first.text.isEmpty && (1..<record.fields.count).allSatisfy { record.trimmed($0).isEmpty }
        guard isAlone, !KnownHeaders.isDate(first) else { return false }
        (title, titleLine) = (first.text, record.line)
        return true
    }

    private mutating func takeComment(_ text: String) {
        if isBelowBlankLine, !hasPeriod { (firstDay, lastDay, unreadFirstDay) = (nil, nil, nil) }
        isBelowBlankLine = false
        if let (first, last) = Self.period(text) {
            (firstDay, lastDay, hasPeriod) = (first, last, true)
            return
        }
        guard let colon = text.firstIndex(where: { $0 == ":" || $0 == "：" }) else {
            if text.contains(where: \.isLetter) { title = text }
            return
        }
        let (label, value) = (Header(String(text[..<colon])), Header(String(text[text.index(after: colon)...])).text)
        let isFirst = label.letters == "startdate"
        // In any language: the first day stands above the last one, and no other comment of a report is a day.
        if let day = Self.day(value) {
            if isFirst || firstDay == nil { firstDay = day } else { lastDay = day }
            unreadFirstDay = isFirst ? nil : unreadFirstDay
        } else if isFirst {
            unreadFirstDay = value
        } else if !Self.labels.contains(label.letters), text.contains(where: \.isLetter) {
            title = text
        }
    }

    /// What a report says of itself beside its title and dates, in the languages seen.
    private static let labels: Set<String> = [
        "enddate", "account", "property", "cuenta", "propiedad", "conta", "propriedade", "konto", "compte", "propriété", "アカウント", "プロパティ",
    ]

    private static func day(_ text: String) -> Day? {
        DateForm.read(Array(text.utf8).span).flatMap { [.compact, .iso].contains($0.form) ? $0.day : nil }
    }

    private static func period(_ text: String) -> (Day, Day)? {
        let parts = text.split(separator: "-")
        guard parts.count == 2, parts[0].count == 8, let first = day(String(parts[0])), let last = day(String(parts[1])) else { return nil }
        return (first, last)
    }
}
