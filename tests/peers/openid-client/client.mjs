// A relying party and OAuth client for the tests: `openid-client`, told what to do over HTTP.
//
// `POST /{step}` with a JSON object answers with what the step brought, or with 422 and what the library said:
// `{"error": name, "code": …, "oauth": {…}}`. One process is one client; its steps share what they need of each
// other (verifier, state, nonce, tokens).
//
// Prints `listening on http://ADDR` when ready.

import { createServer } from 'node:http';
import { webcrypto } from 'node:crypto';

// Node.js 18 has them under another name.
globalThis.crypto ??= webcrypto;
globalThis.CryptoKey ??= webcrypto.CryptoKey;
const oidc = await import('openid-client');

let config;
let keys;
let pending = {};
let tokens = {};

const PLAIN_HTTP = { execute: [oidc.allowInsecureRequests] };

async function authentication({ auth = 'none', client_secret, private_jwk }) {
  switch (auth) {
    case 'client_secret_basic':
      return oidc.ClientSecretBasic(client_secret);
    case 'client_secret_post':
      return oidc.ClientSecretPost(client_secret);
    case 'private_key_jwt': {
      const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
      const key = await crypto.subtle.importKey('jwk', private_jwk, algorithm, false, ['sign']);
      return oidc.PrivateKeyJwt({ key, kid: private_jwk.kid });
    }
    default:
      return oidc.None();
  }
}

const proof = () => (keys ? { DPoP: oidc.getDPoPHandle(config, keys) } : undefined);

function received(answer) {
  tokens = { ...tokens, ...answer };
  return { ...answer, claims: answer.claims?.() };
}

const steps = {
  // Finds the server by its issuer; `dpop` makes a key that every later request proves.
  async discover({ issuer, client_id, dpop, ...how }) {
    config = await oidc.discovery(new URL(issuer), client_id, how.client_secret, await authentication(how), PLAIN_HTTP);
    keys = dpop ? await oidc.randomDPoPKeyPair('ES256') : undefined;
    return config.serverMetadata();
  },
  async register({ issuer, metadata, initial_access_token }) {
    const options = { ...PLAIN_HTTP, initialAccessToken: initial_access_token };
    config = await oidc.dynamicClientRegistration(new URL(issuer), metadata, undefined, options);
    return config.clientMetadata();
  },
  // Where to send the browser; `par` pushes the request first.
  async authorize({ par, ...parameters }) {
    pending = {
      pkceCodeVerifier: oidc.randomPKCECodeVerifier(),
      expectedState: oidc.randomState(),
      expectedNonce: oidc.randomNonce(),
    };
    const request = {
      ...parameters,
      code_challenge: await oidc.calculatePKCECodeChallenge(pending.pkceCodeVerifier),
      code_challenge_method: 'S256',
      state: pending.expectedState,
      nonce: pending.expectedNonce,
    };
    const url = par
      ? await oidc.buildAuthorizationUrlWithPAR(config, request, proof())
      : oidc.buildAuthorizationUrl(config, request);
    return { url };
  },
  // What the browser came back with.
  async callback({ url, max_age, parameters }) {
    const expected = { ...pending, maxAge: max_age };
    return received(await oidc.authorizationCodeGrant(config, new URL(url), expected, parameters, proof()));
  },
  async refresh({ refresh_token = tokens.refresh_token, parameters }) {
    return received(await oidc.refreshTokenGrant(config, refresh_token, parameters, proof()));
  },
  async client_credentials({ parameters }) {
    return received(await oidc.clientCredentialsGrant(config, parameters, proof()));
  },
  async grant({ grant_type, parameters }) {
    return received(await oidc.genericGrantRequest(config, grant_type, parameters, proof()));
  },
  async device({ parameters }) {
    pending = await oidc.initiateDeviceAuthorization(config, parameters);
    return pending;
  },
  async poll() {
    return received(await oidc.pollDeviceAuthorizationGrant(config, pending, undefined, proof()));
  },
  async userinfo({ access_token = tokens.access_token, subject = tokens.claims?.().sub }) {
    return oidc.fetchUserInfo(config, access_token, subject ?? oidc.skipSubjectCheck, proof());
  },
  async introspect({ token = tokens.access_token }) {
    return oidc.tokenIntrospection(config, token);
  },
  async revoke({ token = tokens.refresh_token }) {
    await oidc.tokenRevocation(config, token);
    return {};
  },
  async end_session(parameters) {
    return { url: oidc.buildEndSessionUrl(config, { id_token_hint: tokens.id_token, ...parameters }) };
  },
  // Asks an API with the access token, and its proof where there is a key.
  async fetch({ url, method = 'GET', access_token = tokens.access_token }) {
    const answer = await oidc.fetchProtectedResource(config, access_token, new URL(url), method, null, undefined, proof());
    return { status: answer.status, body: await answer.text() };
  },
};

async function read(request) {
  let text = '';
  for await (const part of request) text += part;
  return text ? JSON.parse(text) : {};
}

function told(error) {
  const { name, message, code, status, error: oauth, error_description } = error;
  const cause = error.cause instanceof Error ? error.cause.message : undefined;
  return { error: name, message, code, status, cause, oauth: oauth && { error: oauth, error_description } };
}

const server = createServer(async (request, response) => {
  const answer = (status, body) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  };
  try {
    const step = steps[request.url.slice(1)];
    if (!step) return answer(404, { error: 'there is no such step' });
    answer(200, await step(await read(request)));
  } catch (error) {
    answer(422, told(error));
  }
});
server.listen(0, '127.0.0.1', () => console.log(`listening on http://127.0.0.1:${server.address().port}`));
