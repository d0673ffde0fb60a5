// scripts/pooler-sql, which reads all SQL of the tree except what is planted here: what it refuses, and what it must let pass.
import TestSupport
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

@Suite(.timeLimit(.minutes(10))) struct PoolerLintTests {
    /// What the script says about a file with this text, which it calls `planted`, and its exit code.
    private func lint(_ text: String, _ kind: String = "sql") async throws -> (output: String, status: Int32) {
        let file = FileManager.default.temporaryDirectory.appending(path: "livinglytics-planted-\(UUID().uuidString).\(kind)")
        defer { TestStack.remove(file.path) }
        try Data(text.utf8).write(to: file)
        let outcome = try await Shell.run("\(TestStack.checkout)/scripts/pooler-sql \(file.path)", in: "/")
        return (outcome.output.replacing(file.path, with: "planted"), outcome.status)
    }

    private func inSwift(_ sql: String) -> String {
        "let sql =\n    \"\"\"\n    select \\(one(\"1\"));\n    \(sql.replacing("\\", with: "\\\\"))\n    \"\"\"\n"
    }

    @Test(arguments: [
        "set x = 1;", "SET search_path TO public, other;", "set session x = 'a'", "set role anon;", "set time zone 'UTC';",
        "set session authorization bob", "set session characteristics as transaction read only;", "reset all;", "RESET ROLE", "reset x.y;",
        "select set_config('a.b', 'c', false);", "select set_config('a, true)', f(g(1, true)), local)",
        "select set_config('a', 'true', $1)",
        "listen news;", "UNLISTEN *;",
        "create temp table x (a int);", "create temporary table x as select 1", "create local temp table if not exists x (a int);",
        "create temp table x (a int) on commit delete rows; create temp table y (a int) on commit drop;",
        "create temporary view x as select 1;", "create or replace temp view x as select 1;", "create temp sequence x;",
        "select 1 into temp x;", "select a into temporary table x from y;", "select * from pg_temp.x;", #"select * from "pg_temp"."x""#,
        "create table pg_temp.x (a int);", "create function pg_temp.f() returns int language sql as 'select 1';",
        "select pg_advisory_lock(1);", "select pg_advisory_lock_shared (1, 2);", "select PG_TRY_ADVISORY_LOCK(1);",
        "select pg_try_advisory_lock_shared(1);", "select pg_advisory_unlock(1);", "select pg_advisory_unlock_all();",
        "prepare x as select 1;", "prepare x (int, text) as select $1, $2;", "execute x;", "execute x(1, 'a')",
        "explain (analyze, buffers) execute x;", "deallocate x;", "deallocate all", "discard all;", "load 'auto_explain';",
        "declare c cursor with hold for select 1;", "declare c no scroll cursor /* x */ with hold for select 1;",
        "begin; set x = 1; commit;", "/* a /* nested */ comment */ set x = 1;", "select '; don''t'; set x = 1;",
        #"select e'\' ; '; set x = 1;"#,
        "do $$ begin set x = 1; end $$;", "do $a$ begin if true then set role x; end if; end $a$;",
        "do $a$ begin execute $b$ set x = 1 $b$; end $a$;", "do $$ begin perform pg_advisory_lock(1); end $$;",
        "do $$ begin execute 'set role x'; end $$;", "do $$ begin execute format('set role %I', r); end $$;",
        "create function f() returns void language sql as 'set role x';",
    ])
    func refused(_ sql: String) async throws {
        let alone = try await lint("select 1;\n" + sql)
        #expect(alone.status == 1)
        #expect(alone.output.hasPrefix("planted:2: ") && alone.output.contains("; "), "\(alone.output)")
        let literal = try await lint(inSwift(sql), "swift")
        #expect(literal.status == 1)
        #expect(literal.output.hasPrefix("planted:4: "), "\(literal.output)")
    }

    @Test(arguments: [
        "set local x = 1;", "SET LOCAL ROLE x;", "set constraints all deferred;", "set transaction read only;", "begin; set local x = 1;",
        "update t\nset x = 1;", "insert into t values (1) on conflict (a) do update set x = 1;",
        "merge into t using s on a = b when matched then update set x = 1;",
        "alter role x set search_path = '';", "alter database x reset all;", "alter table x alter column a set not null;",
        "create function f() returns int language sql set search_path = '' as $$ select 1 $$;",
        "create function f() returns int as $$ select 1 $$ set search_path = '' language sql;",
        "select set_config('a.b', 'c', true);", "select set_config('a.b', f(g(1), ','), TRUE );",
        "notify x, 'y'; select pg_notify('x', 'y');",
        "create temp table x (a int) on commit drop; select * from pg_temp.x;", "create temp table x on commit drop as select 1;",
        "insert into temp values (1); insert into temp (a) values (1);",
        "select pg_advisory_xact_lock(1), pg_try_advisory_xact_lock(1), pg_advisory_xact_lock_shared(1);",
        "create trigger t before insert on x for each row execute function f();", "grant execute on function f() to x;",
        "do $$ begin execute format('select %I', x); execute 'select 1'; execute query; end $$;", "declare c cursor for select 1;",
        "-- set x = 1;", "/* set x = 1; /* reset x; */ set y = 1; */ select 1;", "select 'set x = 1', '; pg_advisory_lock(1)';",
        "comment on table x is 'Use; set x = 1';", #"select 1 as "set", t."reset" from t;"#,
        "-- pooler-lint: allow it is a test\nset x = 1;", "set x = 1;  -- pooler-lint: allow it is a test",
    ])
    func allowed(_ sql: String) async throws {
        for (text, kind) in [("select 1;\n" + sql, "sql"), (inSwift(sql), "swift")] {
            let outcome = try await lint(text, kind)
            #expect(outcome.status == 0, "\(outcome.output)")
            #expect(outcome.output.contains("(\(sql.contains("pooler-lint") ? 1 : 0) allowed)"), "\(outcome.output)")
        }
    }

    @Test(arguments: [
        ("\n\nset\n  x\n =\n 1;", "sql", 3), ("-- set\n/* reset x; */ create\ntemp\ntable x (\n a int\n);", "sql", 2),
        ("create function f() returns void\nlanguage plpgsql as $$\nbegin\n  set\n x = 1;\nend\n$$;", "sql", 4),
        ("select 1\n\\set a 1\nset x = 1;", "sql", 3),
        (#"query("select \(f("set role x", g(")")))")"#, "swift", 1),
        ("query(\"\"\"\n  select \\(x(\"a\"));\n  set\n   role x\n  \"\"\")", "swift", 3),
        (##"query(#"set \#(name) = 1"#)"##, "swift", 1), (#"let a = "set \(name) = \(value)""#, "swift", 1),
        (#"query("select set_config('a', \(f(")")), \(local))")"#, "swift", 1), (#"query("begin;\nset x = 1;\ncommit")"#, "swift", 1),
        ("query(\"create temp \"\n    + \"table x\")", "swift", 1), (#"query("set role " + quoted(name))"#, "swift", 1),
        ("// \"\n/* /* \" */ \" */ query(\"listen x\")", "swift", 2), ("\nPQprepare(c, \"\", sql)", "swift", 2),
        ("let a = PQsendPrepare", "swift", 1),
        (#"run("psql -c 'set role x'")"#, "swift", 1), ("x = \"\"\"\nselect 1;\nset role x\n\"\"\"", "py", 3),
        (#"f(f"set {a} = {b}")"#, "py", 1), (#"f("select 1;\nset role x")"#, "py", 1),
        ("# it's\npsql <<EOF\nselect 1;\nset role $x;\nEOF\n", "sh", 4), ("psql -c 'reset all'", "sh", 1),
        ("-- pooler-lint: allow\nset x = 1;", "sql", 2), ("set x = 1; -- pooler-lint: allow it\nset y = 1;", "sql", 2),
    ])
    func theLineIsNamed(_ text: String, _ kind: String, _ line: Int) async throws {
        let outcome = try await lint(text, kind)
        #expect(outcome.status == 1)
        #expect(outcome.output.hasPrefix("planted:\(line): "), "\(outcome.output)")
    }

    @Test(arguments: [
        "Set DATABASE_URL to the pooler's address", "set PORT to 8080.", "the port is taken; set PORT to another one", "Reset password",
        "set the mode of", "Listen here", "you may not listen on port 80", "Load data", "update t \" + \"set x = 1",
    ])
    func englishIsNoSQL(_ words: String) async throws {
        let outcome = try await lint("let words = \"\(words)\"  // \"set role x\"\n", "swift")
        #expect(outcome.status == 0, "\(outcome.output)")
    }

    @Test(arguments: [("", "sql"), ("let x = 1\n", "swift"), ("set x = 1;", "txt")])
    func nothingReadIsNoPass(_ text: String, _ kind: String) async throws {
        let outcome = try await lint(text, kind)
        #expect(outcome.status == 1)
        #expect(outcome.output == "Pooler SQL: there was nothing to read.\n")
    }
}
