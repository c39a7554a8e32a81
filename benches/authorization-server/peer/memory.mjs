// The peer's records in its memory. The adapter that it brings forgets all but the last thousand; this forgets nothing.

const kept = new Map();
const ofGrant = new Map();

export class Memory {
  constructor(model) {
    this.model = model;
  }

  key(id) {
    return `${this.model}:${id}`;
  }

  async upsert(id, payload) {
    const key = this.key(id);
    kept.set(key, payload);
    if (payload.uid) kept.set(`uid:${payload.uid}`, id);
    if (payload.grantId) {
      const keys = ofGrant.get(payload.grantId);
      if (keys) keys.push(key);
      else ofGrant.set(payload.grantId, [key]);
    }
  }

  async find(id) {
    return kept.get(this.key(id));
  }

  async findByUid(uid) {
    return this.find(kept.get(`uid:${uid}`));
  }

  async consume(id) {
    kept.get(this.key(id)).consumed = Math.floor(Date.now() / 1000);
  }

  async destroy(id) {
    kept.delete(this.key(id));
  }

  async revokeByGrantId(grantId) {
    for (const key of ofGrant.get(grantId) ?? []) kept.delete(key);
    ofGrant.delete(grantId);
  }
}
