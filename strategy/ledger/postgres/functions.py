"""What runs inside the database: one call opens a batch of work, one seals the audit chain.
`instr` is SQLite's.

`open_batch` locks, in one order for everybody, and only then reads. Traps that it avoids: a
statement sees what was committed when *it* began, so rows are read by statements after the one that
waited (READ COMMITTED). What no lock guards (an answered request and its decision, a plan and its
terms) is read by one statement, or by an id that was read once. Locks are ordered by what is
locked, the hash, not by the id, so that two batches can never wait for each other. Plans of
statements are kept for a session, so they must not be made for a table that was still empty
(`enable_seqscan`), and are too short to compile (`jit`).
"""

EVERYTHING, ACCOUNT, PARTY, PLAN, HELD, ROOM = range(1, 7)
"""First key of the advisory locks; the second is the hash of an id, or 0."""

_DAY = 26 * 3600 * 10**6
"""Microseconds: the slots of a plan are within one local day of the instant it was asked for."""

_OPEN = f"""
CREATE FUNCTION open_batch(
  accounts text[], parties text[], attempts text[], events text[], requests text[],
  pseudonyms text[], room boolean, alone boolean, terms text
) RETURNS TABLE (
  kind text, t1 text, t2 text, t3 text, t4 text, t5 text, t6 text, t7 text, t8 text, t9 text,
  t10 text, n1 bigint, n2 bigint, n3 bigint, b1 bytea, b2 bytea, b3 bytea
) LANGUAGE plpgsql VOLATILE SET enable_seqscan = off SET jit = off AS $$
DECLARE
  locked_accounts text[];
  locked_parties text[];
  active text;
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

  IF alone THEN
    PERFORM pg_advisory_xact_lock({ROOM}, 0);
  END IF;

  kind := 'clock'; n1 := extract(epoch FROM clock_timestamp()) * 1000000; RETURN NEXT;
  SELECT 'last_instant', l.at INTO kind, n1 FROM last_instant l; RETURN NEXT;
  RETURN QUERY SELECT 'account', a.id, a.party_id, {"null::text, " * 8}
    null::bigint, null::bigint, null::bigint, a.body, null::bytea, null::bytea
    FROM account a WHERE a.id = ANY (locked_accounts)
      OR room AND a.party_id = ANY (locked_parties);
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
    FROM request r WHERE r.id = ANY (requests)
    UNION ALL SELECT 'audit_entry', d.id, {"null::text, " * 9}
    -d.number, null::bigint, null::bigint, d.body, d.hash, null::bytea
    FROM request r JOIN audit_entry d ON d.id = r.answer WHERE r.id = ANY (requests)
    UNION ALL SELECT 'decision_record', c.party_id, {"null::text, " * 9}
    -d.number, null::bigint, null::bigint, c.salt, c.body, c.fired
    FROM request r JOIN audit_entry d ON d.id = r.answer
    JOIN decision_record c ON c.number = d.number WHERE r.id = ANY (requests)
    UNION ALL SELECT DISTINCT 'fired', {"null::text, " * 10}
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
  SELECT p.id INTO active FROM plan p WHERE p.state = 'active';
  RETURN QUERY SELECT 'plan', p.id, 'active', p.capacity, {"null::text, " * 7}
    p.at, null::bigint, null::bigint, p.body, null::bytea, null::bytea
    FROM plan p WHERE p.id = active;
  RETURN QUERY SELECT 'assignment', s.plan_id, s.account_id, s.channel, s.permit_id,
    {"null::text, " * 6}
    s.slot_start, null::bigint, null::bigint, s.body, null::bytea, null::bytea
    FROM assignment s WHERE s.plan_id = active AND s.account_id IN (
      SELECT unnest(accounts)
      UNION ALL SELECT a.id FROM account a WHERE room AND a.party_id = ANY (locked_parties))
    UNION SELECT 'assignment', s.plan_id, s.account_id, s.channel, s.permit_id,
    {"null::text, " * 6}
    s.slot_start, null::bigint, null::bigint, s.body, null::bytea, null::bytea
    FROM permit_use u JOIN attempt a ON a.id = u.permit_id
    JOIN assignment s ON s.plan_id = u.plan_id AND s.account_id = a.account_id
    WHERE u.permit_id = ANY (attempts);
  RETURN QUERY SELECT 'permit_use', u.permit_id, u.plan_id, u.planned_robot, u.channel, u.robot,
    {"null::text, " * 5}
    u.slot_start, u.cents, u.micro, null::bytea, null::bytea, null::bytea
    FROM permit_use u WHERE u.permit_id = ANY (attempts);
  RETURN QUERY SELECT 'plan_terms', t.plan_id, {"null::text, " * 9}
    null::bigint, null::bigint, null::bigint,
    CASE WHEN active = terms THEN null ELSE t.body END, null::bytea, null::bytea
    FROM plan_terms t WHERE t.plan_id = active;
  RETURN QUERY SELECT 'slot_taken', json_agg(json_build_array(
      k.slot_start, k.channel, k.robot, k.attempts, k.cents, k.micro))::text,
    {"null::text, " * 9}
    null::bigint, null::bigint, null::bigint, null::bytea, null::bytea, null::bytea
    FROM plan p JOIN slot_taken k ON k.slot_start BETWEEN p.at - {_DAY} AND p.at + {_DAY}
    WHERE room AND p.id = active;
  RETURN QUERY SELECT 'slot_kept', json_agg(json_build_array(
      k.plan_id, k.slot_start, k.channel, k.robot, k.attempts, k.cents, k.micro))::text,
    {"null::text, " * 9}
    null::bigint, null::bigint, null::bigint, null::bytea, null::bytea, null::bytea
    FROM slot_kept k WHERE room AND k.plan_id = active;
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

OPEN = f"SELECT * FROM open_batch({'%s::text[], ' * 6} %s, %s, %s)"
TAKE_TURNS = f"SELECT pg_advisory_xact_lock({ROOM}, 0)"
SEAL = (
    "SELECT seal_entries(%s::text[], %b::bytea[], %s::text[], %b::bytea[], %b::bytea[],"
    " %b::bytea[], %s::text[], %s::bigint[])"
)
