-- Who may see whose numbers: members, API keys, sessions, invitations; and a second wall, a role that sees the rows of one user alone.
--
-- What finds out whose a credential is (members, keys, sessions) is looked up before the user is known: on Citus these tables stay on one node.

create table livinglytics.members (
  auth_subject uuid not null,
  user_id uuid not null references public.users (id) on delete cascade,
  role text not null check (role in ('owner', 'viewer')),
  created_at timestamptz not null default now(),
  primary key (auth_subject, user_id)
);
comment on table livinglytics.members is
  'Who belongs where: a subject of Supabase Auth, the user whose numbers it may see, and as what. Made by the operator or by his invitation, never by an e-mail address.';
create index members_of_user on livinglytics.members (user_id);
select livinglytics.close_relation('livinglytics.members');

create table livinglytics.invitations (
  user_id uuid not null references public.users (id) on delete cascade,
  code_hash bytea not null,
  role text not null check (role in ('owner', 'viewer')),
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  primary key (user_id, code_hash)
);
comment on table livinglytics.invitations is 'Codes that make whoever is signed in a member, once. Only their SHA-256 is kept; one that was used is gone.';
create index invitations_by_code on livinglytics.invitations (code_hash);
select livinglytics.close_relation('livinglytics.invitations');

create table livinglytics.api_keys (
  user_id uuid not null references public.users (id) on delete cascade,
  id uuid not null default gen_random_uuid(),
  name text not null,
  key_hash bytea not null,
  -- The key's last characters, for people to tell keys apart.
  hint text not null,
  can_read boolean not null,
  can_write boolean not null,
  -- The person who made it: it ends with his right to. Null for the operator.
  made_by uuid,
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  -- A little late: written from time to time, for many keys at once.
  last_used_at timestamptz,
  revoked_at timestamptz,
  primary key (user_id, id),
  check (can_read or can_write)
);
comment on table livinglytics.api_keys is 'Keys of programs. Only the SHA-256 of a key is kept.';
create unique index api_keys_by_hash on livinglytics.api_keys (key_hash);
select livinglytics.close_relation('livinglytics.api_keys');

create table livinglytics.sessions (
  token_hash bytea primary key,
  -- Whose it is: a person of Supabase Auth, or a user, with or without a key.
  auth_subject uuid,
  email text,
  user_id uuid references public.users (id) on delete cascade,
  key_id uuid,
  -- What keeps a person signed in at Supabase Auth, sealed with the cookie that only the browser has; and until when nobody needs to ask there.
  sealed bytea,
  fresh_until timestamptz,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  foreign key (user_id, key_id) references livinglytics.api_keys (user_id, id) on delete cascade,
  check ((auth_subject is null) <> (user_id is null)),
  check ((auth_subject is null) = (sealed is null) and (sealed is null) = (fresh_until is null)),
  check (key_id is null or user_id is not null)
);
comment on table livinglytics.sessions is 'Signed-in browsers. Only the SHA-256 of a cookie is kept.';
create index sessions_of_subject on livinglytics.sessions (auth_subject);
create index sessions_of_user on livinglytics.sessions (user_id, key_id);
create index sessions_by_end on livinglytics.sessions (expires_at);
select livinglytics.close_relation('livinglytics.sessions');

-- The second wall. The first one is the program, which names a user in every statement.
do $$
begin
  -- A role is the whole cluster's: another database may have made it, even at this moment.
  if not exists (select from pg_roles where rolname = 'livinglytics_tenant') then
    begin
      create role livinglytics_tenant nologin noinherit;
    exception when duplicate_object or unique_violation then
      null;
    end;
  end if;
  if exists (select from pg_roles where rolname = 'livinglytics_tenant' and (rolsuper or rolbypassrls or rolcanlogin or rolcreaterole)) then
    raise exception 'there is a role livinglytics_tenant that may log in, or may see past row-level security'
      using hint = 'It is the wall between users: take these rights from it (alter role … nologin nobypassrls), then migrate again. Nothing was changed.';
  end if;
  -- From PostgreSQL 16 on, whoever makes a role is a member who may not become it.
  if not pg_has_role(
    current_user, 'livinglytics_tenant', case when current_setting('server_version_num')::int >= 160000 then 'set' else 'member' end
  ) then
    execute format('grant livinglytics_tenant to %I', current_user);
  end if;
  -- Postings stage their points in a temporary table.
  if not has_database_privilege('livinglytics_tenant', current_database(), 'temporary') then
    execute format('grant temporary on database %I to livinglytics_tenant', current_database());
  end if;
end $$;

create function livinglytics.user_id() returns uuid
language sql stable parallel safe
return nullif(pg_catalog.current_setting('livinglytics.user_id', true), '')::uuid;
comment on function livinglytics.user_id is 'Whose rows this transaction may see, as livinglytics.enter said. Nobody''s when it did not.';

create function livinglytics.wanted() returns text
language sql stable parallel safe
return nullif(pg_catalog.current_setting('livinglytics.wanted', true), '');
comment on function livinglytics.wanted is 'What this transaction was begun for: read, write or keys.';

create function livinglytics.enter(credential text, proof text, tenant uuid, wanted text) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  allowed boolean;
begin
  case credential
    when 'subject' then
      select m.role = 'owner' or m.role = 'viewer' and wanted = 'read' into allowed
      from livinglytics.members m where m.auth_subject = proof::uuid and m.user_id = tenant;
    when 'key' then
      select wanted = 'read' and k.can_read or wanted = 'write' and k.can_write into allowed
      from livinglytics.api_keys k
      where k.key_hash = decode(proof, 'hex') and k.user_id = tenant and k.revoked_at is null
        and (k.expires_at is null or k.expires_at > clock_timestamp());
    when 'session' then
      select case when s.auth_subject is not null then m.role = 'owner' or m.role = 'viewer' and wanted = 'read'
                  when s.key_id is not null then wanted = 'read' and k.can_read or wanted = 'write' and k.can_write
                  else s.user_id = tenant end into allowed
      from livinglytics.sessions s
      left join livinglytics.members m on m.auth_subject = s.auth_subject and m.user_id = tenant
      left join livinglytics.api_keys k on k.user_id = s.user_id and k.user_id = tenant and k.id = s.key_id and k.revoked_at is null
        and (k.expires_at is null or k.expires_at > clock_timestamp())
      where s.token_hash = decode(proof, 'hex') and s.expires_at > clock_timestamp();
    else
      allowed := false;
  end case;
  if allowed is not true then
    raise exception 'this credential does not open that user (any more)' using errcode = 'LL001';
  end if;
  perform set_config('livinglytics.user_id', tenant::text, true), set_config('livinglytics.wanted', wanted, true),
          set_config('role', 'livinglytics_tenant', true);
end $$;
comment on function livinglytics.enter is
  'Begins what a credential asks: looks at it once more, and lets the rest of the transaction see its user''s rows alone. SQLSTATE LL001 when it may not.';

-- Who of Supabase Auth asks through its data API. Like auth.uid(), and there where no schema auth is.
create function livinglytics.auth_subject() returns uuid
language sql stable parallel safe
return (nullif(pg_catalog.current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')::uuid;
comment on function livinglytics.auth_subject is 'The subject of the token that Supabase''s data API was asked with.';

do $$
declare
  f text;
  t text;
begin
  for f in select oid::regprocedure from pg_proc where pronamespace = 'livinglytics'::regnamespace loop
    execute format('revoke all on function %s from public', f);
  end loop;

  grant usage on schema livinglytics to livinglytics_tenant;
  grant usage on schema public to livinglytics_tenant;
  grant execute on function livinglytics.user_id(), livinglytics.wanted() to livinglytics_tenant;
  -- Entries are only ever added.
  grant select, insert (user_id, source_name, account_ref, metric_name, metric_date, metric_value, presence, import_id, meta, created_at)
    on public.metrics to livinglytics_tenant;
  if pg_get_serial_sequence('public.metrics', 'id') is not null then
    execute format('grant usage on sequence %s to livinglytics_tenant', pg_get_serial_sequence('public.metrics', 'id'));
  end if;
  grant select (id, user_id, source_name, account_ref, expires_at, created_at, updated_at) on public.data_sources to livinglytics_tenant;
  grant select, insert (user_id, source_name, account_ref), update (last_posted_at) on livinglytics.accounts to livinglytics_tenant;
  grant select on livinglytics.points, livinglytics.totals, livinglytics.declared_metrics to livinglytics_tenant;
  grant select, insert, update, delete on livinglytics.imports to livinglytics_tenant;
  grant select, insert, update on livinglytics.import_metrics to livinglytics_tenant;
  grant select, insert on livinglytics.quarantined to livinglytics_tenant;
  grant select (user_id, id, name, hint, can_read, can_write, created_at, expires_at, last_used_at, revoked_at),
    insert (user_id, name, key_hash, hint, can_read, can_write, made_by, expires_at), update (revoked_at)
    on livinglytics.api_keys to livinglytics_tenant;

  -- On Citus, which takes no subselect in the policy of a distributed table, the function stands there bare.
  foreach t in array array['public.metrics', 'public.data_sources', 'livinglytics.accounts', 'livinglytics.totals', 'livinglytics.imports',
                           'livinglytics.import_metrics', 'livinglytics.quarantined'] loop
    execute format(
      'create policy livinglytics_tenant on %s to livinglytics_tenant
         using (user_id = (select livinglytics.user_id())) with check (user_id = (select livinglytics.user_id()))', t);
  end loop;
  -- One policy suffices to show a row: those that others made for these tables must not, so there is one that all others are subject to.
  foreach t in array array['public.users', 'public.data_sources', 'public.metrics'] loop
    execute format(
      'create policy livinglytics_tenant_only on %s as restrictive to livinglytics_tenant
         using (%s = (select livinglytics.user_id())) with check (%2$s = (select livinglytics.user_id()))',
      t, case t when 'public.users' then 'id' else 'user_id' end);
  end loop;
  -- Keys are the business of whoever may manage them, and one that was revoked stays so.
  create policy livinglytics_tenant_reads on livinglytics.api_keys for select to livinglytics_tenant
    using (user_id = (select livinglytics.user_id()) and (select livinglytics.wanted()) = 'keys');
  create policy livinglytics_tenant_adds on livinglytics.api_keys for insert to livinglytics_tenant
    with check (user_id = (select livinglytics.user_id()) and (select livinglytics.wanted()) = 'keys');
  create policy livinglytics_tenant_revokes on livinglytics.api_keys for update to livinglytics_tenant
    using (user_id = (select livinglytics.user_id()) and (select livinglytics.wanted()) = 'keys') with check (revoked_at is not null);
  create policy livinglytics_tenant on livinglytics.declared_metrics for select to livinglytics_tenant using (true);

  -- Supabase's own: whoever is signed in reads what he is a member of, and never a provider's token. The anon key reads nothing.
  if exists (select from pg_roles where rolname = 'authenticated') then
    grant usage on schema livinglytics to authenticated;
    grant execute on function livinglytics.auth_subject() to authenticated;
    grant select on livinglytics.members, public.metrics, livinglytics.points to authenticated;
    grant select (id, user_id, source_name, account_ref, expires_at, created_at, updated_at) on public.data_sources to authenticated;
    create policy livinglytics_member on livinglytics.members for select to authenticated
      using (auth_subject = (select livinglytics.auth_subject()));
    -- As an array, since PostgreSQL takes no index for the rows of a subselect that it hashes.
    foreach t in array array['public.metrics', 'public.data_sources'] loop
      foreach f in array array['livinglytics_member on %s for select', 'livinglytics_member_only on %s as restrictive'] loop
        execute format(
          'create policy ' || f || ' to authenticated using (user_id = any (array(
             select m.user_id from livinglytics.members m where m.auth_subject = (select livinglytics.auth_subject()))))', t);
      end loop;
    end loop;
  end if;
end $$;
