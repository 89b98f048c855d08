// The official TypeScript SDK's client against a real server: node sdk_client.mjs URL|stdio FOLDER [PROGRAM]
//
// Each era has its client: @modelcontextprotocol/sdk begins with initialize, @modelcontextprotocol/client is pinned to
// the stateless revision. Both validate what they get against MCP's schemas and the tools' own output schemas.
import assert from 'node:assert/strict';
import { Client as LegacyClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as LegacyStdio } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport as LegacyHttp } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';

const [where, folder, program] = process.argv.slice(2);
const info = { name: 'container-kit-test', version: '1.0.0' };
const parameters = { command: program, args: ['mcp', '--allow-root', folder, '--conformance-fixtures'],
                     env: { ...process.env, OTEL_TRACES_EXPORTER: 'none' } };

const eras = [
  ['2025-11-25', () => new LegacyClient(info), () =>
    where === 'stdio' ? new LegacyStdio(parameters) : new LegacyHttp(new URL(where))],
  ['2026-07-28', () => new Client(info, { versionNegotiation: { mode: { pin: '2026-07-28' } } }), () =>
    where === 'stdio' ? new StdioClientTransport(parameters) : new StreamableHTTPClientTransport(new URL(where))],
];

async function check(client) {
  const { tools } = await client.listTools();
  const names = tools.map((tool) => tool.name);
  for (const name of ['analyze', 'ping', 'server_status']) assert(names.includes(name), `${name} is not listed`);
  const pong = await client.callTool({ name: 'ping', arguments: { message: 'hello' } });
  assert.deepEqual(pong.structuredContent, { message: 'hello' });
  const analysis = await client.callTool({ name: 'analyze', arguments: { path: folder } });
  assert(analysis.structuredContent.languages.some((language) => language.name === 'C++'));
  assert.deepEqual(JSON.parse(analysis.content[0].text), analysis.structuredContent);
  // The client holds every result to its tool's output schema.
  const project = `${folder}/test/analyze/fixtures/node_express/repository`;
  for (const [name, given] of [['server_status', {}], ['generate_dockerfile', { path: project, dry_run: true }],
                               ['generate_manifests', { path: project, image: 'registry.example/kit:1', dry_run: true }],
                               ['lint_dockerfile', { content: 'FROM debian:12\nMAINTAINER me\n' }]]) {
    const done = await client.callTool({ name, arguments: given });
    assert(!done.isError, `${name}: ${done.content[0].text}`);
    assert(done.structuredContent, `${name} has no structured result`);
  }
  const wrong = await client.callTool({ name: 'analyze', arguments: { path: '/etc' } });
  assert.equal(wrong.isError, true);
  assert.match(wrong.content[0].text, /^path_not_allowed: /);
  await assert.rejects(client.callTool({ name: 'no_such_tool', arguments: {} }), /no_such_tool/);
  const heard = [];
  const options = { onprogress: (progress) => heard.push(progress.progress) };
  const request = { name: 'test_tool_with_progress', arguments: {} };
  // The SDK's two majors differ in where a result schema is given.
  await (client instanceof LegacyClient ? client.callTool(request, undefined, options) : client.callTool(request, options));
  assert.deepEqual(heard, [0, 50, 100]);
}

for (const [era, makeClient, makeTransport] of eras) {
  const client = makeClient();
  await client.connect(makeTransport());
  await check(client);
  await client.close();
  console.log(`ok: ${era} over ${where === 'stdio' ? 'stdio' : 'HTTP'}`);
}
