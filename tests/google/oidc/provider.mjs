// An OpenID provider in Google's place, on a port of its own, until its input ends.
// Its only argument is JSON: {redirectUris, clientId, clientSecret, accounts: {id: claims}}.
import { createServer } from "node:http";
import { generateKeyPairSync } from "node:crypto";
import Provider, { interactionPolicy } from "oidc-provider";

const wanted = JSON.parse(process.argv[2]);
const server = createServer().listen(0, "127.0.0.1", begin);

function begin() {
  const issuer = `http://localhost:${server.address().port}`;
  const provider = new Provider(issuer, configuration());
  const answer = provider.callback();
  server.on("request", (request, response) => {
    const chosen = request.url.startsWith("/choice/") ? choose(provider, request, response) : null;
    if (chosen === null) answer(request, response);
    else chosen.catch((fault) => response.writeHead(400).end(String(fault)));
  });
  console.log(JSON.stringify({ issuer }));
}

function configuration() {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const policy = interactionPolicy.base();
  // Google always lets people choose when it is asked to; here that prompt is not known by itself.
  policy.add(new interactionPolicy.Prompt({ name: "select_account", requestable: true }), 0);
  return {
    clients: [
      {
        client_id: wanted.clientId,
        client_secret: wanted.clientSecret,
        redirect_uris: wanted.redirectUris,
        token_endpoint_auth_method: "client_secret_post",
      },
    ],
    jwks: { keys: [{ ...privateKey.export({ format: "jwk" }), use: "sig", alg: "RS256" }] },
    cookies: { keys: ["of the tests alone"] },
    // As Google does: what the scopes bring stands in the id_token.
    claims: { openid: ["sub", "hd"], email: ["email", "email_verified"], profile: ["name"] },
    conformIdTokenClaims: false,
    extraParams: ["hd"],
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    interactions: { policy, url: (_, interaction) => `/choice/${interaction.uid}` },
    findAccount: (_, id) =>
      wanted.accounts[id] && {
        accountId: id,
        claims: () => ({ sub: id, ...wanted.accounts[id] }),
      },
  };
}

async function choose(provider, request, response) {
  const { prompt, params } = await provider.interactionDetails(request, response);
  if (request.method === "GET") return ask(response, prompt.name);
  const { account } = await fields(request);
  if (!account) {
    return provider.interactionFinished(request, response, { error: "access_denied" });
  }
  const grant = new provider.Grant({ accountId: account, clientId: params.client_id });
  grant.addOIDCScope(params.scope);
  return provider.interactionFinished(request, response, {
    login: { accountId: account },
    select_account: {},
    consent: { grantId: await grant.save() },
  });
}

function ask(response, prompt) {
  const buttons = Object.entries(wanted.accounts).map(
    ([id, { name, email }]) => `<button name="account" value="${id}">${name} ${email}</button>`,
  );
  response.writeHead(200, { "Content-Type": "text/html; charset=utf-8" });
  response.end(
    `<!doctype html><html lang="en"><title>Choose an account</title>
    <h1>Choose an account</h1><p>Asked by ${prompt}.</p>
    <form method="post">${buttons.join("")}<button name="account" value="">Cancel</button></form>`,
  );
}

async function fields(request) {
  let body = "";
  for await (const part of request) body += part;
  return Object.fromEntries(new URLSearchParams(body));
}

process.stdin.resume().on("end", () => process.exit(0));
