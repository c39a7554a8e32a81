// The peer of the bench: npm's oidc-provider with the same client, the same kind of key and the same work as ours.
//
// Its records are kept where the first argument says: in a database like ours, or in its memory where there is none.
// Access tokens are JWTs of RFC 9068, as ours are; those that are introspected are opaque, because it introspects no
// JWTs. Prints `listening on http://ADDR` (its issuer) when ready. The words are those of src/address.rs.

import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';

import { Provider } from 'oidc-provider';

import { Memory } from './memory.mjs';
import { postgresql } from './postgresql.mjs';
import { sqlite } from './sqlite.mjs';

const RESOURCE = 'https://api.bench.example';
const OPAQUE = 'https://opaque.bench.example';

function adapterOf(database) {
  if (!database) return Memory;
  return database.startsWith('sqlite:') ? sqlite(database) : postgresql(database);
}

function signingKey() {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { ...privateKey.export({ format: 'jwk' }), kid: 'peer-1', use: 'sig', alg: 'ES256' };
}

// A first-party client: what it asks for is granted without a question.
async function grantOf(context) {
  const { client, provider, result, session } = context.oidc;
  const id = result?.consent?.grantId ?? session.grantIdFor(client.clientId);
  if (id) return provider.Grant.find(id);
  const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
  grant.addOIDCScope('openid');
  grant.addResourceScope(RESOURCE, 'api');
  grant.addResourceScope(OPAQUE, 'api');
  await grant.save();
  return grant;
}

const settings = {
  adapter: await adapterOf(process.argv[2]),
  clientDefaults: { id_token_signed_response_alg: 'ES256' },
  clients: [
    {
      client_id: 'portal',
      client_secret: 'a-secret-of-the-bench-and-of-nothing-else',
      redirect_uris: ['http://127.0.0.1:9/callback'],
      grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
      response_types: ['code'],
    },
  ],
  cookies: { keys: [randomBytes(16).toString('hex')] },
  features: {
    clientCredentials: { enabled: true },
    introspection: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => RESOURCE,
      useGrantedResource: () => true,
      getResourceServerInfo: (_context, resource) => ({
        scope: 'api',
        audience: resource,
        accessTokenTTL: 600,
        accessTokenFormat: resource === OPAQUE ? 'opaque' : 'jwt',
        jwt: { sign: { alg: 'ES256' } },
      }),
    },
  },
  findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  issueRefreshToken: (_context, client) => client.grantTypeAllowed('refresh_token'),
  jwks: { keys: [signingKey()] },
  loadExistingGrant: grantOf,
  rotateRefreshToken: true,
  ttl: { AccessToken: 600, AuthorizationCode: 60, ClientCredentials: 600, Grant: 43200, IdToken: 600, Session: 43200 },
};

let answer = (_request, response) => response.writeHead(503).end();
const server = createServer((request, response) => answer(request, response));
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  answer = new Provider(issuer, settings).callback();
  console.log(`listening on ${issuer}`);
});
