// The peer's records in a SQLite file, by statements that are prepared once, with the settings that ours has.

import Database from 'libsql';

export function sqlite(url) {
  const database = new Database(new URL(url).pathname);
  database.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = NORMAL;
    CREATE TABLE kept (
      model TEXT NOT NULL, id TEXT NOT NULL, payload TEXT NOT NULL, uid TEXT, grant_id TEXT,
      expires_at INTEGER, consumed INTEGER, PRIMARY KEY (model, id)
    ) WITHOUT ROWID;
    CREATE INDEX kept_uid ON kept (uid) WHERE uid IS NOT NULL;
    CREATE INDEX kept_grant ON kept (grant_id) WHERE grant_id IS NOT NULL;
  `);
  const upsert = database.prepare(`
    INSERT INTO kept (model, id, payload, uid, grant_id, expires_at) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (model, id) DO UPDATE SET payload = excluded.payload, expires_at = excluded.expires_at`);
  const find = database.prepare('SELECT payload, consumed, expires_at FROM kept WHERE model = ? AND id = ?');
  const findByUid = database.prepare('SELECT payload, consumed, expires_at FROM kept WHERE uid = ? AND model = ?');
  const consume = database.prepare('UPDATE kept SET consumed = ? WHERE model = ? AND id = ?');
  const destroy = database.prepare('DELETE FROM kept WHERE model = ? AND id = ?');
  const revoke = database.prepare('DELETE FROM kept WHERE grant_id = ?');

  return class {
    constructor(model) {
      this.model = model;
    }

    async upsert(id, payload, expiresIn) {
      const { uid = null, grantId = null } = payload;
      upsert.run(this.model, id, JSON.stringify(payload), uid, grantId, expiresIn ? now() + expiresIn : null);
    }

    async find(id) {
      return record(find.get(this.model, id));
    }

    async findByUid(uid) {
      return record(findByUid.get(uid, this.model));
    }

    async consume(id) {
      consume.run(now(), this.model, id);
    }

    async destroy(id) {
      destroy.run(this.model, id);
    }

    async revokeByGrantId(grantId) {
      revoke.run(grantId);
    }
  };
}

function record(row) {
  if (!row || (row.expires_at && row.expires_at <= now())) return undefined;
  const payload = JSON.parse(row.payload);
  return row.consumed ? { ...payload, consumed: row.consumed } : payload;
}

function now() {
  return Math.floor(Date.now() / 1000);
}
