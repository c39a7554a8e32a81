// The peer's records in PostgreSQL, by a pool of connections with prepared statements.

import pg from 'pg';

export async function postgresql(connectionString) {
  const pool = new pg.Pool({ connectionString });
  await pool.query(`
    CREATE TABLE kept (
      model text NOT NULL, id text NOT NULL, payload text NOT NULL, uid text, grant_id text,
      expires_at timestamptz, consumed timestamptz, PRIMARY KEY (model, id)
    );
    CREATE INDEX kept_uid ON kept (uid) WHERE uid IS NOT NULL;
    CREATE INDEX kept_grant ON kept (grant_id) WHERE grant_id IS NOT NULL;
  `);

  // A statement with a name is prepared once on each connection.
  const prepared = (name, text) => (...values) => pool.query({ name, text, values });
  const upsert = prepared(
    'upsert',
    `INSERT INTO kept (model, id, payload, uid, grant_id, expires_at)
     VALUES ($1, $2, $3, $4, $5, now() + $6 * interval '1 second')
     ON CONFLICT (model, id) DO UPDATE SET payload = excluded.payload, expires_at = excluded.expires_at`,
  );
  const columns = 'payload, extract(epoch FROM consumed)::integer AS consumed';
  const live = '(expires_at IS NULL OR expires_at > now())';
  const find = prepared('find', `SELECT ${columns} FROM kept WHERE model = $1 AND id = $2 AND ${live}`);
  const findByUid = prepared('uid', `SELECT ${columns} FROM kept WHERE uid = $1 AND model = $2 AND ${live}`);
  const consume = prepared('consume', 'UPDATE kept SET consumed = now() WHERE model = $1 AND id = $2');
  const destroy = prepared('destroy', 'DELETE FROM kept WHERE model = $1 AND id = $2');
  const revoke = prepared('revoke', 'DELETE FROM kept WHERE grant_id = $1');

  return class {
    constructor(model) {
      this.model = model;
    }

    async upsert(id, payload, expiresIn) {
      await upsert(this.model, id, JSON.stringify(payload), payload.uid, payload.grantId, expiresIn);
    }

    async find(id) {
      return record(await find(this.model, id));
    }

    async findByUid(uid) {
      return record(await findByUid(uid, this.model));
    }

    async consume(id) {
      await consume(this.model, id);
    }

    async destroy(id) {
      await destroy(this.model, id);
    }

    async revokeByGrantId(grantId) {
      await revoke(grantId);
    }
  };
}

function record({ rows: [row] }) {
  if (!row) return undefined;
  const payload = JSON.parse(row.payload);
  return row.consumed ? { ...payload, consumed: row.consumed } : payload;
}
