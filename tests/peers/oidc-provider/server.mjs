// An OpenID provider for the tests: one client, anybody may sign in, claims as the test wants them.
//
// Told by variables:
//   OIDC_CLIENT       JSON: the one client's metadata (RFC 7591), beside the usual ones
//   OIDC_ACCOUNTS     JSON: login name -> claims that differ from the usual ones
//   OIDC_DEMANDS      JSON: what requests have to be: `pushed-requests` (RFC 9126), `dpop-nonce` (RFC 9449 section 8)
//
// Prints `listening on http://ADDR` (its issuer) when ready. The sign-in page takes any name and any password.
//
// For the tests alone, beside its endpoints:
//   POST /test/accounts     JSON as in OIDC_ACCOUNTS: replaces those named
//   GET /test/events        JSON: what happened so far: `granted TYPE`, `refused TYPE`, `revoked`, `told CLIENT`,
//                           `pushed`, `bound token`, `bearer token`

import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';

import { Provider } from 'oidc-provider';

const accounts = JSON.parse(process.env.OIDC_ACCOUNTS ?? '{}');
const demands = JSON.parse(process.env.OIDC_DEMANDS ?? '[]');
const events = [];

function claimsOf(login) {
  const email = login.includes('@') ? login : `${login}@idp.example`;
  return { sub: login, email, email_verified: true, name: login, roles: [], organizations: [], ...accounts[login] };
}

function signingKey() {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { ...privateKey.export({ format: 'jwk' }), kid: 'peer-1', use: 'sig', alg: 'RS256' };
}

const settings = {
  clients: [
    {
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      ...JSON.parse(process.env.OIDC_CLIENT),
    },
  ],
  claims: {
    openid: ['sub'],
    email: ['email', 'email_verified'],
    profile: ['name', 'roles', 'organizations'],
  },
  // The claims stand in the ID token, as with most providers in the field.
  conformIdTokenClaims: false,
  cookies: { keys: [randomBytes(16).toString('hex')] },
  features: {
    backchannelLogout: { enabled: true },
    clientCredentials: { enabled: true },
    dPoP: { enabled: true, nonceSecret: randomBytes(32), requireNonce: () => demands.includes('dpop-nonce') },
    pushedAuthorizationRequests: {
      enabled: true,
      requirePushedAuthorizationRequests: demands.includes('pushed-requests'),
    },
    revocation: { enabled: true },
  },
  findAccount: (_context, login) => ({ accountId: login, claims: () => claimsOf(login) }),
  jwks: { keys: [signingKey()] },
  // A refresh token is good once; one that comes again ends the grant.
  rotateRefreshToken: true,
  ttl: {
    AccessToken: 600,
    AuthorizationCode: 60,
    ClientCredentials: 600,
    Grant: 3600,
    IdToken: 600,
    Interaction: 600,
    RefreshToken: 3600,
    Session: 3600,
  },
};

function listen(provider) {
  provider.on('grant.success', (context) => events.push(`granted ${context.oidc.params.grant_type}`));
  provider.on('grant.error', (context) => events.push(`refused ${context.oidc.params?.grant_type}`));
  provider.on('pushed_authorization_request.success', () => events.push('pushed'));
  for (const kind of ['access_token', 'client_credentials']) {
    provider.on(`${kind}.saved`, (token) => events.push(token.jkt ? 'bound token' : 'bearer token'));
  }
  provider.on('grant.revoked', () => events.push('revoked'));
  provider.on('backchannel.success', (_context, client) => events.push(`told ${client.clientId}`));
  provider.on('backchannel.error', (_context, error) => console.error('not told:', error.message));
  provider.on('server_error', (_context, error) => console.error(error));
}

async function read(request) {
  let text = '';
  for await (const part of request) text += part;
  return JSON.parse(text);
}

const forTests = {
  'GET /test/events': () => events,
  'POST /test/accounts': async (request) => Object.assign(accounts, await read(request)),
};

let answer = (_request, response) => response.writeHead(503).end();
const server = createServer(async (request, response) => {
  const special = forTests[`${request.method} ${request.url}`];
  if (!special) return answer(request, response);
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(await special(request)));
});
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, settings);
  listen(provider);
  answer = provider.callback();
  console.log(`listening on ${issuer}`);
});
