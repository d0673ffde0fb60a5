// Row-level security under interleaving: does anybody ever see another tenant's rows?
import Postgres
import TestSupport

enum Tenants {
    private static let tenants = 100
    private static let rowsEach = 3

    private struct Tally {
        var turns = 0
        var foreign = 0
        var missing = 0
        var errors: [String] = []
    }

    static func run(_ ground: Ground, transactions: Int) async throws -> Finding {
        var configuration = try ground.configuration(bound: 2)
        configuration.acquireLimit = .seconds(30)
        let pool = Pool(configuration)
        try await ground.untilItAnswers(pool)
        _ = try await pool.transaction([
            "create table if not exists tenant_rows (tenant int not null, n int not null)",
            "truncate tenant_rows",
            "insert into tenant_rows select t, n from generate_series(1, \(tenants)::int) t, generate_series(1, \(rowsEach)::int) n",
            "create index if not exists tenant_rows_tenant on tenant_rows (tenant)",
            "alter table tenant_rows enable row level security",
            "drop policy if exists own on tenant_rows",
            """
            create policy own on tenant_rows to authenticated
            using (tenant = (nullif(current_setting('request.jwt.claims', true), '')::json ->> 'sub')::int)
            """,
            "grant select on tenant_rows to authenticated",
        ])
        let tally = Shared(Tally())
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<16 {
                group.addTask {
                    while true {
                        let turn = tally.withLock { tally in
                            tally.turns += 1
                            return tally.turns
                        }
                        guard turn <= transactions else { return }
                        let tenant = turn % tenants + 1
                        let settings = TransactionSettings(
                            role: "authenticated",
                            values: [("request.jwt.claims", "{\"sub\": \"\(tenant)\"}")],
                            isReadOnly: true
                        )
                        do {
                            let rows = try await pool.transaction(["select tenant from tenant_rows"], under: settings)[0]
                            let seen = try rows.map { try $0.get(0, as: Int.self) }
                            tally.withLock { tally in
                                tally.foreign += seen.count { $0 != tenant }
                                if seen.count(where: { $0 == tenant }) != rowsEach { tally.missing += 1 }
                            }
                        } catch {
                            tally.withLock { $0.errors.append("\(error)") }
                        }
                    }
                }
            }
        }
        await pool.close()
        var finding = Finding()
        finding.note(transactions, "transactions of \(tenants) tenants, 16 at a time over 2 connections, each in one round trip")
        let found = tally.current
        finding.expectNone(found.foreign, "rows of another tenant")
        finding.expectNone(found.missing, "transactions without all their own rows")
        finding.expectNone(found.errors.count, "errors" + (found.errors.first.map { ", the first: \($0)" } ?? ""))
        return finding
    }
}
