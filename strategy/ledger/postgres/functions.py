"""What runs inside the database: one call opens a batch of work, one seals the audit chain.
`instr` is SQLite's.

`open_batch` locks, in one order for everybody, and only then reads. Two traps that it avoids:
a statement sees what was committed when *it* began, so rows are read by statements after the one
that waited (READ COMMITTED); and locks are ordered by what is locked, the hash, not by the id, so
that two batches can never wait for each other. Plans are kept for a session, so they must not be
made for a table that was still empty (`enable_seqscan`), and are too short to compile (`jit`).
"""

EVERYTHING, ACCOUNT, PARTY, PLAN, HELD = range(1, 6)
"""First key of the advisory locks; the second is the hash of an id, or 0."""

_OPEN = f"""
CREATE FUNCTION open_batch(
  accounts text[], parties text[], attempts text[], events text[], requests text[],
  pseudonyms text[]
) RETURNS TABLE (
  kind text, t1 text, t2 text, t3 text, t4 text, t5 text, t6 text, t7 text, t8 text, t9 text,
  t10 text, n1 bigint, n2 bigint, n3 bigint, b1 bytea, b2 bytea, b3 bytea
) LANGUAGE plpgsql VOLATILE SET enable_seqscan = off SET jit = off AS $$
DECLARE
  locked_accounts text[];
  locked_parties text[];
BEGIN
  PERFORM pg_advisory_xact_lock_shared({EVERYTHING}, 0);

  SELECT array_agg(x.id) INTO locked_accounts FROM (
    SELECT unnest(accounts) AS id
    UNION SELECT a.account_id FROM attempt a WHERE a.id = ANY (attempts)
  ) x;
  PERFORM pg_advisory_xact_lock({ACCOUNT}, x.hash) FROM (
    SELECT DISTINCT hashtext(id) AS hash FROM unnest(locked_accounts) id ORDER BY hash
  ) x;

  SELECT array_agg(x.id) INTO locked_parties FROM (
    SELECT unnest(parties) AS id
    UNION SELECT a.party_id FROM attempt a WHERE a.id = ANY (attempts)
    UNION SELECT a.party_id FROM account a WHERE a.id = ANY (locked_accounts)
    UNION SELECT jsonb_array_elements_text(convert_from(a.body, 'UTF8')::jsonb -> 'liable')
      FROM account a WHERE a.id = ANY (locked_accounts)
  ) x;
  PERFORM pg_advisory_xact_lock({PARTY}, x.hash) FROM (
    SELECT DISTINCT hashtext(id) AS hash FROM unnest(locked_parties) id ORDER BY hash
  ) x;

  kind := 'clock'; n1 := extract(epoch FROM clock_timestamp()) * 1000000; RETURN NEXT;
  SELECT 'last_instant', l.at INTO kind, n1 FROM last_instant l; RETURN NEXT;
  RETURN QUERY SELECT 'account', a.id, a.party_id, {"null::text, " * 8}
    null::bigint, null::bigint, null::bigint, a.body, null::bytea, null::bytea
    FROM account a WHERE a.id = ANY (locked_accounts);
  RETURN QUERY SELECT 'party', p.id, {"null::text, " * 9}
    null::bigint, null::bigint, null::bigint, p.body, null::bytea, null::bytea
    FROM party p WHERE p.id = ANY (locked_parties);
  RETURN QUERY SELECT 'attempt', a.id, a.party_id, a.account_id, a.contact_point_id, a.channel,
    a.script, a.state, a.outcome, a.purpose, a.agency, a.granted_at, a.expires_at, a.at,
    null::bytea, null::bytea, null::bytea
    FROM attempt a
    WHERE a.party_id = ANY (locked_parties) OR a.account_id = ANY (locked_accounts)
      OR a.id = ANY (attempts) OR a.account_id = ANY (pseudonyms);
  RETURN QUERY SELECT 'event', e.id, e.party_id, {"null::text, " * 8}
    e.at, null::bigint, null::bigint, e.body, null::bytea, null::bytea
    FROM event e WHERE e.party_id = ANY (locked_parties) OR e.id = ANY (events);
  RETURN QUERY SELECT 'request', r.id, r.digest, r.answer, {"null::text, " * 7}
    r.at, null::bigint, null::bigint, null::bytea, null::bytea, null::bytea
    FROM request r WHERE r.id = ANY (requests);
  RETURN QUERY SELECT 'audit_entry', d.id, {"null::text, " * 9}
    -d.number, null::bigint, null::bigint, d.body, d.hash, null::bytea
    FROM request r JOIN audit_entry d ON d.id = r.answer WHERE r.id = ANY (requests);
  RETURN QUERY SELECT 'decision_record', c.party_id, {"null::text, " * 9}
    -d.number, null::bigint, null::bigint, c.salt, c.body, c.fired
    FROM request r JOIN audit_entry d ON d.id = r.answer
    JOIN decision_record c ON c.number = d.number WHERE r.id = ANY (requests);
  RETURN QUERY SELECT DISTINCT 'fired', {"null::text, " * 10}
    null::bigint, null::bigint, null::bigint, f.hash, f.rules, null::bytea
    FROM request r JOIN audit_entry d ON d.id = r.answer
    JOIN decision_record c ON c.number = d.number JOIN fired f ON f.hash = c.fired
    WHERE r.id = ANY (requests);
  RETURN QUERY SELECT 'erased', x.pseudonym, {"null::text, " * 9}
    x.at, null::bigint, null::bigint, null::bytea, null::bytea, null::bytea
    FROM erased x WHERE x.pseudonym = ANY (pseudonyms || locked_parties)
    UNION ALL (SELECT 'erased', x.pseudonym, {"null::text, " * 9}
      x.at, null::bigint, null::bigint, null::bytea, null::bytea, null::bytea
      FROM erased x WHERE cardinality(pseudonyms) > 0 LIMIT 1);
  RETURN QUERY SELECT 'plan', p.id, p.state, p.capacity, {"null::text, " * 7}
    p.at, null::bigint, null::bigint, p.body, null::bytea, null::bytea
    FROM plan p WHERE p.state = 'active';
  RETURN QUERY SELECT 'assignment', s.plan_id, s.account_id, s.channel, s.permit_id,
    {"null::text, " * 6}
    s.slot_start, null::bigint, null::bigint, s.body, null::bytea, null::bytea
    FROM plan p JOIN assignment s ON s.plan_id = p.id
    WHERE p.state = 'active' AND s.account_id = ANY (accounts);
  RETURN QUERY SELECT 'plan_terms', p.id, {"null::text, " * 9}
    null::bigint, null::bigint, null::bigint, ''::bytea, null::bytea, null::bytea
    FROM plan p JOIN plan_terms t ON t.plan_id = p.id WHERE p.state = 'active';
END $$
"""

_SEAL = """
CREATE FUNCTION seal_entries(
  ids text[], bodies bytea[], parties text[], salts bytea[], records bytea[], fired bytea[],
  others text[], places bigint[]
) RETURNS void LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  first bigint;
  link bytea;
  links bytea[];
BEGIN
  SELECT h.number, h.hash INTO first, link FROM audit_head h FOR UPDATE;
  FOR place IN 1 .. cardinality(ids) LOOP
    link := sha256(link || bodies[place]);
    links[place] := link;
  END LOOP;
  INSERT INTO audit_entry
    SELECT first + x.place, x.id, x.body, x.hash
    FROM unnest(ids, bodies, links) WITH ORDINALITY AS x (id, body, hash, place);
  INSERT INTO decision_record
    SELECT first + x.place, x.party, x.salt, x.record, x.fired
    FROM unnest(parties, salts, records, fired)
      WITH ORDINALITY AS x (party, salt, record, fired, place)
    WHERE x.record IS NOT NULL;
  INSERT INTO record_of_other
    SELECT x.party, first + x.place FROM unnest(others, places) AS x (party, place);
  UPDATE audit_head SET number = first + cardinality(ids), hash = link;
END $$
"""

_INSTR = """
CREATE FUNCTION instr(body bytea, part bytea) RETURNS integer
LANGUAGE sql IMMUTABLE AS 'SELECT position(part IN body)'
"""

FUNCTIONS = (_OPEN, _SEAL, _INSTR)

OPEN = f"SELECT * FROM open_batch({', '.join(['%s::text[]'] * 6)})"
SEAL = (
    "SELECT seal_entries(%s::text[], %b::bytea[], %s::text[], %b::bytea[], %b::bytea[],"
    " %b::bytea[], %s::text[], %s::bigint[])"
)
