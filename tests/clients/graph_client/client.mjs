// Calls Graph with Microsoft's JavaScript client.
// Its only argument is JSON: {baseUrl, host, token, calls: [{method, path, query, headers, body, isText}]}.
// Prints a JSON list: {value} for an answer, {status, code} for a refusal.
import { Client, ResponseType } from "@microsoft/microsoft-graph-client";

const wanted = JSON.parse(process.argv[2]);
const client = Client.init({
  authProvider: (done) => done(null, wanted.token),
  baseUrl: wanted.baseUrl,
  // The client sends its token to Microsoft and to hosts that are named.
  customHosts: new Set([wanted.host]),
});

const answers = [];
for (const call of wanted.calls) answers.push(await answerTo(call));
console.log(JSON.stringify(answers));

async function answerTo(call) {
  const request = client.api(call.path).headers(call.headers ?? {});
  const { filter, expand, select } = call.query ?? {};
  if (filter) request.filter(filter);
  if (expand) request.expand(expand);
  if (select) request.select(select);
  if (call.isText) request.responseType(ResponseType.TEXT);
  try {
    return { value: (await request[call.method](call.body)) ?? null };
  } catch (error) {
    return { status: error.statusCode, code: error.code };
  }
}
