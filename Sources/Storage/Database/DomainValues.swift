// Domain's values as columns and parameters: each has one text, the same in the database.
import Domain
import Postgres

extension AccountRef: PostgresWritable {}
extension ImportID: PostgresWritable {}
extension KeyID: PostgresReadable, PostgresWritable {}
extension SourceName: PostgresWritable {}
extension SubjectID: PostgresReadable, PostgresWritable {}

extension UserID: PostgresReadable, PostgresWritable {}

extension Day: PostgresReadable, PostgresWritable {
    package init?(postgresText: String) { self.init(iso: postgresText) }
}

extension ExactDecimal: PostgresReadable, PostgresWritable {
    package init?(postgresText: String) { self.init(postgresText) }
    package init?(postgresElement bytes: Span<UInt8>) { self.init(utf8: bytes) }
}

extension MetricName: PostgresReadable, PostgresWritable {
    package init?(postgresText: String) {
        do { try self.init(existing: postgresText) } catch { return nil }
    }
}

extension AggregationWord: PostgresReadable {
    package init?(postgresText: String) { self.init(rawValue: postgresText) }
}

extension Direction: PostgresReadable {
    package init?(postgresText: String) { self.init(rawValue: postgresText) }
}

extension Unit: PostgresReadable {
    package init?(postgresText: String) { self.init(postgresText) }
}
