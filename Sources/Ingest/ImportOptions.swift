// What somebody says about an import in words, on the command line or in a query: checked in one place.
import Connectors
package import Domain

/// Options as they are written, under one name each.
package struct ImportOptions: Sendable {
    /// `HEADER=METRIC` each.
    package var map: [String] = []
    /// The text of a map file.
    package var streamMap: String?
    package var source: String?
    package var account: String?
    package var format: String?
    package var dates: String?
    package var decimals: String?
    package var currency: String?
    package var collapse: [String] = []
    package var quarantineLimit = 100
    package var takesOver = false
    package var isDryRun = false
    package var isStrict = false

    package init() {}

    /// Whether nothing was said.
    package var isEmpty: Bool {
        [source, account, format, dates, decimals, currency, streamMap].allSatisfy { $0 == nil } && map.isEmpty && collapse.isEmpty
            && !takesOver
            && !isDryRun && !isStrict
    }

    /// - Parameter name: the file's.
    package func request(for user: UserID, name: String) throws(ImportOptionError) -> ImportRequest {
        var request = ImportRequest(user: user, name: name)
        do throws(HeaderMapError) { request.options.map = try HeaderMap(map) } catch { throw ImportOptionError("map", error.description) }
        do throws(StreamMapError) {
            if let streamMap { request.map = try StreamMap(reading: streamMap) }
        } catch {
            throw ImportOptionError("stream_map", error.description)
        }
        do throws(NameError) {
            if let source { request.options.source = try SourceName(source) }
        } catch {
            throw ImportOptionError("source", error.description)
        }
        do throws(NameError) { request.account = try AccountRef(account ?? "") } catch {
            throw ImportOptionError("account", error.description)
        }
        request.options.dates = try word("dates", dates, DateOrder.init, DateOrder.allCases.map(\.rawValue))
        request.options.decimals = try word("decimals", decimals, DecimalMark.init, DecimalMark.allCases.map(\.rawValue))
        request.format = try word("format", format, ImportFormat.init, ImportFormat.names)
        if let currency, !Money.isCurrency(currency) {
            throw ImportOptionError("currency", "\(currency.quoted) is no currency: give its three letters (ISO 4217), such as EUR")
        }
        if quarantineLimit < 0 { throw ImportOptionError("quarantine_limit", "\(quarantineLimit) is no number of records: give 0 or more") }
        request.options.currency = currency
        request.options.collapse = CollapsedColumns(collapse)
        (request.isDryRun, request.isStrict, request.takesOver) = (isDryRun, isStrict, takesOver)
        request.quarantineLimit = quarantineLimit
        return request
    }

    private func word<Value>(
        _ name: String,
        _ text: String?,
        _ read: (String) -> Value?,
        _ words: [String]
    ) throws(ImportOptionError) -> Value? {
        guard let text else { return nil }
        guard let value = read(text) else {
            throw ImportOptionError(name, "\(text.quoted) is no value of it: give one of \(words.joined(separator: ", "))")
        }
        return value
    }
}

package struct ImportOptionError: Error, Sendable, CustomStringConvertible {
    /// As a query names it; the command line has hyphens in place of underscores.
    package let option: String
    package let description: String

    init(_ option: String, _ description: String) {
        (self.option, self.description) = (option, description)
    }
}
