import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StoredObject } from '../../../src/engine/action-record.js';
import { firstByteRange } from '../../../src/engine/verify/byte-range.js';
import { firstDifference, type OutputDifference } from '../../../src/engine/verify/first-difference.js';
import { makeRig, temporaryFolder, type Rig } from '../run/rig.js';

type Tree = Readonly<Record<string, string>>;

async function store(rig: Rig, content: string | Tree): Promise<StoredObject> {
  if (typeof content === 'string') return rig.cache.store.putBytes(Buffer.from(content, 'latin1'));
  const folder = join(rig.folder, `tree-${Math.random()}`);
  mkdirSync(folder);
  for (const [name, text] of Object.entries(content)) writeFileSync(join(folder, name), text, { mode: name.endsWith('.sh') ? 0o755 : 0o644 });
  return rig.cache.store.adopt(folder);
}

async function difference(name: string, before: string | Tree, after: string | Tree): Promise<OutputDifference | undefined> {
  const rig = await makeRig();
  const sides = [await store(rig, before), await store(rig, after)].map((object) => ({ store: rig.cache.store, object }));
  const [one, other] = sides;
  if (!one || !other) throw new Error('two sides');
  return firstDifference(one, other, name);
}

describe('the first difference of two results', () => {
  it.each<[string, string, string, string, OutputDifference | undefined]>([
    ['none', 'a.txt', 'same', 'same', undefined],
    ['a range of text', 'a.txt', 'the loss is 2.31\n', 'the loss is 2.97\n', { kind: 'bytes', offset: 14, length: 2, before: '"31"', after: '"97"' }],
    ['a range of bytes', 'model.bin', 'ab\x00\x01cd', 'ab\x80\x02cd', { kind: 'bytes', offset: 2, length: 2, before: '0001', after: '8002' }],
    ['an end that comes sooner', 'a.txt', 'one\ntwo\n', 'one\n', { kind: 'bytes', offset: 4, length: 4, before: '"two\\n"', after: '(end)' }],
    ['a metric, by its JSON pointer', 'm.json', '{"a/b":[1,{"loss":2.5}],"z":0}', '{"a/b":[1,{"loss":2.75}],"z":1}', { kind: 'json', pointer: '/a~1b/1/loss', before: 2.5, after: 2.75 }],
    ['a metric that is not there', 'm.json', '{"loss":1}', '{"loss":1,"gain":2}', { kind: 'json', pointer: '/gain', before: undefined, after: 2 }],
    ['a list that became a map', 'm.json', '{"a":[]}', '{"a":{}}', { kind: 'json', pointer: '/a', before: [], after: {} }],
    ['a metric of JSON lines, with the line', 'l.jsonl', '{"loss":3}\n{"loss":2}\n', '{"loss":3}\n{"loss":1}\n', { kind: 'json', line: 2, pointer: '/loss', before: 2, after: 1 }],
    ['JSON that differs in its spelling only', 'm.json', '{"a": 1}', '{"a":1}', { kind: 'bytes', offset: 5, length: 3, before: '" 1}"', after: '"1}"' }],
    ['what only looks like JSON by its name', 'm.json', 'one', 'two', { kind: 'bytes', offset: 0, length: 3, before: '"one"', after: '"two"' }],
  ])('is %s', async (_, name, before, after, expected) => {
    expect(await difference(name, before, after)).toEqual(expected);
  });

  it.each<[string, Tree, Tree, OutputDifference]>([
    ['the first file that differs, and where', { 'a.txt': 'same', 'b.json': '{"x":1}', 'c.txt': 'c' }, { 'a.txt': 'same', 'b.json': '{"x":2}', 'c.txt': 'd' }, { kind: 'json', file: 'b.json', pointer: '/x', before: 1, after: 2 }],
    ['a file that is missing', { a: '', b: '' }, { a: '' }, { kind: 'file', file: 'b', problem: 'missing' }],
    ['a file too many', { b: '' }, { a: '', b: '' }, { kind: 'file', file: 'a', problem: 'extra' }],
  ])('of a tree is %s', async (_, before, after, expected) => {
    expect(await difference('tree', before, after)).toEqual(expected);
  });

  it('of a file and a tree is their type', async () => {
    expect(await difference('x', 'a', { a: 'a' })).toEqual({ kind: 'type', before: 'file', after: 'tree' });
  });
});

describe('firstByteRange', () => {
  it('finds the first run of differing bytes, whatever the files and wherever chunks end', async () => {
    const folder = await temporaryFolder();
    const [one, other] = [join(folder, 'one'), join(folder, 'other')];
    const oracle = (a: Uint8Array, b: Uint8Array): readonly [number, number] | undefined => {
      const longest = Math.max(a.length, b.length);
      const offset = Array.from({ length: longest }, (_, index) => index).find((index) => a[index] !== b[index]);
      if (offset === undefined) return undefined;
      let end = offset;
      while (end < longest && a[end] !== b[end]) end += 1;
      return [offset, end - offset];
    };
    const head = fc.constantFrom(0, 1, (1 << 20) - 2, 1 << 20);
    const bytes = fc.uint8Array({ max: 2, maxLength: 8 });
    await fc.assert(fc.asyncProperty(head, bytes, bytes, async (zeros, a, b) => {
      const [first, second] = [Buffer.concat([Buffer.alloc(zeros), a]), Buffer.concat([Buffer.alloc(zeros), b])];
      writeFileSync(one, first);
      writeFileSync(other, second);
      const range = await firstByteRange(one, other);
      expect(range && [range.offset, range.length]).toEqual(oracle(a, b)?.map((value, index) => (index === 0 ? value + zeros : value)));
    }), { numRuns: 60 });
  });
});
