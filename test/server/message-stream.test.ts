import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { sendMessages, type Message } from '../../src/server/message-stream.js';

/** What a reader gets of these messages. */
async function received(messages: AsyncIterable<Message>, heartbeatMs?: number): Promise<string> {
  const server = createServer((_, response) => { void sendMessages(response, messages, new AbortController().signal, heartbeatMs); });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const { port } = server.address() as AddressInfo;
  const text = await new Promise<string>((resolve, reject) => {
    get({ port, host: '127.0.0.1' }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (part: string) => { body += part; }).on('end', () => { resolve(body); });
    }).on('error', reject);
  });
  server.close();
  return text;
}

describe('message-stream', () => {
  it('sends each message with the place to go on from, and says when there are no more', async () => {
    async function* messages(): AsyncGenerator<Message> {
      yield { id: '12', data: ['a\nb'] };
      yield await Promise.resolve({ data: { c: 1 } });
    }
    expect(await received(messages())).toBe('retry: 1000\n\nid: 12\ndata: ["a\\nb"]\n\ndata: {"c":1}\n\nevent: end\ndata: {}\n\n');
  });

  it('gives a sign of life while nothing happens', async () => {
    async function* messages(): AsyncGenerator<Message> {
      await new Promise((resolve) => { setTimeout(resolve, 120); });
      yield { data: 1 };
    }
    expect(await received(messages(), 30)).toContain(': heartbeat\n\n: heartbeat\n\n');
  });

  it('waits for a slow reader, and loses nothing', async () => {
    const line = 'x'.repeat(100_000);
    async function* messages(): AsyncGenerator<Message> {
      for (let index = 0; index < 40; index += 1) yield await Promise.resolve({ data: line });
    }
    expect((await received(messages())).split('data: "x').length - 1).toBe(40);
  });
});
