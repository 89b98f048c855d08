// The check that arguments pass before a tool sees them, against Ajv: node schema_check.mjs URL
//
// For every tool that changes nothing, arguments are made around the edges of its JSON Schema (2020-12), judged by Ajv
// and sent to the server. Both must be of one mind: what Ajv refuses is invalid_argument; what it takes is not refused in
// the words of the check, though the tool itself may have reasons of its own.
import assert from 'node:assert/strict';
import { Ajv2020 } from 'ajv/dist/2020.js';

const [url] = process.argv.slice(2);
const base = new URL('/', url);
const wordsOfTheCheck = /^(unknown argument|argument '.*' is required|'.*' must (be|not be|not contain))/;

const edges = (schema) => {
  const values = [null, true, 1.5, {}, [], [1], '', 'x', 7, -1, '7', 3.0];
  if (schema.maxLength) values.push('x'.repeat(schema.maxLength), 'x'.repeat(schema.maxLength + 1), 'é'.repeat(schema.maxLength));
  for (const limit of [schema.minimum, schema.maximum]) if (limit !== undefined) values.push(limit - 1, limit, limit + 1, limit + 0.5);
  for (const choice of schema.enum ?? []) values.push(choice, choice + 'x');
  const items = schema.items ?? {};
  for (const choice of items.enum ?? ['x']) values.push([choice], [choice, ''], [choice, null], choice);
  if (schema.maxItems) values.push(Array(schema.maxItems).fill('x'), Array(schema.maxItems + 1).fill('x'));
  if ('default' in schema) values.push(schema.default);
  return values;
};

function* argumentsOf(schema) {
  const plain = {};
  for (const name of schema.required ?? []) {
    const property = schema.properties[name];
    plain[name] = property.type === 'integer' ? (property.minimum ?? 1) : property.type === 'boolean' ? true
      : property.type === 'array' ? ['x'] : (property.enum?.[0] ?? 'no-such-folder');
  }
  yield plain;
  yield { ...plain, surely_not_declared: 1 };
  for (const name of schema.required ?? []) {
    const { [name]: _, ...rest } = plain;
    yield rest;
  }
  for (const [name, property] of Object.entries(schema.properties)) {
    for (const value of edges(property)) yield { ...plain, [name]: value };
  }
}

const ajv = new Ajv2020({ strict: true, allErrors: false });
const { tools } = await (await fetch(new URL('api/tools', base))).json();
let cases = 0;
let refused = 0;
for (const tool of tools) {
  const judge = ajv.compile(tool.input_schema);
  if (tool.output_schema) ajv.compile(tool.output_schema); // is one, in strict mode
  if (!tool.annotations.readOnlyHint) continue;
  for (const given of argumentsOf(tool.input_schema)) {
    const answer = await fetch(new URL('api/tools/execute', base), {
      method: 'POST', headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ tool: tool.name, arguments: given }) });
    const body = await answer.json();
    const about = `${tool.name} ${JSON.stringify(given).slice(0, 200)}: ${JSON.stringify(body.error ?? 'ok')}`;
    ++cases;
    if (judge(given)) {
      assert(!wordsOfTheCheck.test(body.error?.message ?? ''), `Ajv takes what we refuse: ${about}`);
    } else {
      ++refused;
      assert.equal(body.error?.code, 'invalid_argument', `Ajv refuses what we take: ${about}`);
    }
  }
}
assert(refused > 20 && cases > refused, `${refused} of ${cases} were refused: that proves little`);
console.log(`ok: ${cases} calls, of which ${refused} refused, by one mind with Ajv`);
