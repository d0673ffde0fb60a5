// What stands above the headers of a table: comments, as Google Analytics writes them, or a title, as Meta Business Suite does.

import Domain

/// The lines above a table's headers.
struct Preamble: Sendable {
    private(set) var title: String?
    /// Where the title is, if it is no comment.
    private(set) var titleLine: Int?
    /// `# Start date: 20260109`: what a column `Nth day` counts from.
    private(set) var firstDay: Day?

    /// The text of that line, where it is no day.
    private(set) var unreadFirstDay: String?

    /// `# text`, and not `#REF!` nor `#,date`.
    private static func isComment(_ record: CSVRecord) -> Bool {
        record.bytes.first == UInt8(ascii: "#") && (record.bytes.count == 1 || record.bytes[1] == UInt8(ascii: " "))
    }

    mutating func forgetFirstDay() { (firstDay, unreadFirstDay) = (nil, nil) }

    /// False if the record is not of the preamble: then it has the headers.
    mutating func take(_ record: CSVRecord) -> Bool {
        if Self.isComment(record) {
            // A comma in a comment separates nothing, and those at its end are a spreadsheet's.
            let end = record.bytes.lastIndex { !SeparatorFinder.candidates.contains($0) } ?? 0
            takeComment(Header(String(decoding: record.bytes[...end].dropFirst(), as: UTF8.self)).text)
            return true
        }
        let first = Header(record.text(0))
        // Spreadsheets fill a title's line up with empty fields.
        let isAlone = !first.text.isEmpty && (1..<record.fields.count).allSatisfy { record.trimmed($0).isEmpty }
        guard isAlone, !KnownHeaders.dates.contains(first.letters) else { return false }
        (title, titleLine) = (first.text, record.line)
        return true
    }

    private mutating func takeComment(_ text: String) {
        if let value = text.value(after: "Start date:") {
            let read = DateForm.read(Array(value.utf8).span)
            firstDay = read.flatMap { [.compact, .iso].contains($0.form) ? $0.day : nil }
            unreadFirstDay = firstDay == nil ? value : nil
        } else if text.value(after: "End date:") == nil, text.value(after: "Account:") == nil, text.value(after: "Property:") == nil,
            text.contains(where: \.isLetter)
        {
            title = text
        }
    }
}

extension String {
    fileprivate func value(after name: String) -> String? {
        hasPrefix(name) ? Header(String(dropFirst(name.count))).text : nil
    }
}
