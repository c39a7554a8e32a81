// An OpenID provider for the tests: one client, anybody may sign in, claims as the test wants them.
//
// Told by variables:
//   OIDC_CLIENT_ID, OIDC_CLIENT_SECRET        the one client
//   OIDC_REDIRECT_URIS                        separated by spaces
//   OIDC_POST_LOGOUT_REDIRECT_URIS            separated by spaces, may be empty
//   OIDC_ACCOUNTS                             JSON: login name -> claims that differ from the usual ones
//
// Prints `listening on http://ADDR` (its issuer) when ready. The sign-in page takes any name and any password.

import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';

import { Provider } from 'oidc-provider';

const words = (name) => (process.env[name] ?? '').split(' ').filter(Boolean);
const accounts = JSON.parse(process.env.OIDC_ACCOUNTS ?? '{}');

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
      client_id: process.env.OIDC_CLIENT_ID,
      client_secret: process.env.OIDC_CLIENT_SECRET,
      redirect_uris: words('OIDC_REDIRECT_URIS'),
      post_logout_redirect_uris: words('OIDC_POST_LOGOUT_REDIRECT_URIS'),
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
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
  findAccount: (_context, login) => ({ accountId: login, claims: () => claimsOf(login) }),
  jwks: { keys: [signingKey()] },
  ttl: { AccessToken: 600, AuthorizationCode: 60, Grant: 3600, IdToken: 600, Interaction: 600, Session: 3600 },
};

let answer = (_request, response) => response.writeHead(503).end();
const server = createServer((request, response) => answer(request, response));
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  answer = new Provider(issuer, settings).callback();
  console.log(`listening on ${issuer}`);
});
