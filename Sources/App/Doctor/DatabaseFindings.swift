// What a look at the database itself finds. It changes nothing there.
import Postgres
import Storage

struct DatabaseFindings {
    let url: ConnectionURL

    /// How long a look may take: a sleeping project wakes up slowly.
    private static let limit: Duration = .seconds(10)

    func all() async -> [Finding] {
        let connection: Connection
        do throws(PostgresError) {
            connection = try await Connection.connect(to: url, within: Self.limit)
        } catch {
            return [.wrong("database", Failure(StorageError(error)).description)]
        }
        var findings: [Finding] = [.good("database", "answers")]
        findings.append(await tls(connection))
        findings.append(version(await connection.serverVersion))
        findings.append(await poolerMode(connection))
        await connection.close()
        findings.append(await schema())
        return findings
    }

    private func tls(_ connection: Connection) async -> Finding {
        guard let tls = await connection.tls else { return .warning("TLS", "the connection is not encrypted") }
        return url.trustGap.map { .warning("TLS", "\(tls), but \($0)") } ?? .good("TLS", "\(tls), certificate checked")
    }

    private func version(_ number: Int) -> Finding {
        let text = "PostgreSQL \(number / 10_000).\(number % 10_000)"
        return number >= 150_000 ? .good("server", text) : .wrong("server", "\(text) is too old: 15 or newer is needed")
    }

    /// A pooler invents the process that it announces. In transaction mode two clients that are both connected meet the same server
    /// process one after the other, which nothing else does.
    private func poolerMode(_ first: Connection) async -> Finding {
        do throws(PostgresError) {
            let process = try await serverProcess(first)
            if await first.announcedProcessID == process { return .warning("pooler", "none: this is a direct connection") }
            let second = try await Connection.connect(to: url, within: Self.limit)
            let other = try await serverProcess(second)
            await second.close()
            return process == other
                ? .good("pooler", "transaction mode")
                : .unknown("pooler", "there is one; whether it is in transaction mode does not show")
        } catch {
            return .unknown("pooler", "\(error)")
        }
    }

    private func serverProcess(_ connection: Connection) async throws(PostgresError) -> Int {
        guard let row = try await connection.query("select pg_backend_pid()", within: Self.limit).first else { return 0 }
        return try row.get(0)
    }

    private func schema() async -> Finding {
        do {
            let state = try await Pool.with(.init(url: url)) { try await Migrator(Database($0)).state() }
            return state.complaint.map { .wrong("schema", $0) } ?? .good("schema", "is that of this version")
        } catch {
            return .wrong("schema", "\(error)")
        }
    }
}
