// What the first migration takes from the keys that every front end carries.
import Postgres

/// A table of the brief that stands open now.
package struct Closing: Sendable, Equatable {
    package let table: String
    /// `anon: DELETE, INSERT, SELECT`; empty when nothing is granted and only row-level security is off.
    package let granted: [String]

    package var description: String {
        let loss = granted.isEmpty ? "" : "; takes away " + granted.joined(separator: "; ")
        return "closes \(table): row-level security on\(loss)"
    }
}

extension Database {
    /// Which tables of the brief Supabase's data API serves to the anon key or to any signed-in user.
    package func closings() async throws(StorageError) -> [Closing] {
        let rows = try await query(
            """
            select c.oid::regclass::text,
                   array(select r.rolname || ': ' || string_agg(distinct a.privilege_type, ', ' order by a.privilege_type)
                         from aclexplode(c.relacl) a join pg_roles r on r.oid = a.grantee
                         where r.rolname in ('anon', 'authenticated') group by r.rolname order by r.rolname)
            from pg_class c
            where c.oid in (to_regclass('public.users'), to_regclass('public.data_sources'), to_regclass('public.metrics'))
              and (not c.relrowsecurity or exists (select from aclexplode(c.relacl) a join pg_roles r on r.oid = a.grantee
                                                   where r.rolname in ('anon', 'authenticated')))
            order by 1
            """
        )
        return try decode { () throws(PostgresError) in
            var closings: [Closing] = []
            for row in rows { closings.append(Closing(table: try row.get(0), granted: try row.get(1))) }
            return closings
        }
    }
}
