// What the first migration takes from the keys that every front end carries.
import Postgres

/// A table of the brief that stands open now.
package struct Closing: Sendable, Equatable {
    package let table: String
    /// `anon: DELETE, INSERT, SELECT`, the sequence of its ids included; empty when nothing is granted and only row-level security is off.
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
            with granted as (
              select t.oid as relation, coalesce(r.rolname, 'public') as role,
                     string_agg(distinct a.privilege_type, ', ' order by a.privilege_type) as privileges
              from pg_class t
              left join pg_depend d on d.refobjid = t.oid and d.classid = 'pg_class'::regclass and d.deptype in ('a', 'i')
              left join pg_class s on s.oid = d.objid and s.relkind = 'S'
              cross join lateral (select * from aclexplode(t.relacl) union select * from aclexplode(s.relacl)) a
              left join pg_roles r on r.oid = a.grantee
              where (a.grantee = 0 or r.rolname in ('anon', 'authenticated'))
                -- What we grant ourselves: rows that somebody is a member of.
                and not (r.rolname is not distinct from 'authenticated' and a.privilege_type = 'SELECT'
                         and to_regclass('livinglytics.members') is not null)
              group by t.oid, r.rolname
            )
            select t.oid::regclass::text,
                   array(select role || ': ' || privileges from granted where relation = t.oid order by role)
            from pg_class t
            where t.oid in (to_regclass('public.users'), to_regclass('public.data_sources'), to_regclass('public.metrics'))
              and (not t.relrowsecurity or exists (select from granted where relation = t.oid))
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
