import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeSafetensors, encodeSafetensors, SafetensorsError } from '../../src/model/safetensors.js';

const tensor = fc.array(fc.nat(4), { maxLength: 3 }).chain((shape) => {
  const size = shape.reduce((product, dimension) => product * dimension, 1);
  return fc.float32Array({ minLength: size, maxLength: size }).map((data) => ({ shape, data }));
});
const name = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !['__metadata__', '__proto__'].includes(text) && !/^\d+$/.test(text));
const tensors = fc.array(fc.tuple(name, tensor), { maxLength: 6 }).map((entries) => new Map(entries));

describe('safetensors', () => {
  it('reads back what it wrote, bit for bit and in order', () => {
    fc.assert(fc.property(tensors, (written) => {
      const read = decodeSafetensors(encodeSafetensors(written));
      expect([...read.keys()]).toEqual([...written.keys()]);
      for (const [key, { shape, data }] of written) {
        expect(read.get(key)?.shape).toEqual(shape);
        expect(Buffer.from(read.get(key)?.data.buffer as ArrayBuffer).equals(Buffer.from(data.buffer, data.byteOffset, data.byteLength))).toBe(true);
      }
    }));
  });

  it('reads a file at any offset of a larger buffer', () => {
    const bytes = encodeSafetensors(new Map([['x', { shape: [2], data: Float32Array.of(1, 2) }]]));
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    expect([...decodeSafetensors(shifted.subarray(3)).get('x')?.data ?? []]).toEqual([1, 2]);
  });

  it('has the published layout: length, JSON, little-endian floats', () => {
    const bytes = Buffer.from(encodeSafetensors(new Map([['a', { shape: [1, 2], data: Float32Array.of(1, -2) }]])));
    const length = Number(bytes.readBigUInt64LE(0));
    expect(length % 8).toBe(0);
    expect(JSON.parse(bytes.toString('utf8', 8, 8 + length))).toEqual({ a: { dtype: 'F32', shape: [1, 2], data_offsets: [0, 8] } });
    expect([bytes.readFloatLE(8 + length), bytes.readFloatLE(12 + length)]).toEqual([1, -2]);
    expect(bytes).toHaveLength(16 + length);
  });

  it('never reads beyond or short of damaged bytes', () => {
    const bytes = encodeSafetensors(new Map([['a', { shape: [2], data: Float32Array.of(1, 2) }]]));
    fc.assert(fc.property(fc.nat(bytes.length - 1), (length) => {
      expect(() => decodeSafetensors(bytes.subarray(0, length))).toThrow(SafetensorsError);
    }));
    expect(() => decodeSafetensors(Buffer.concat([bytes, Buffer.alloc(4)]))).toThrow('4 bytes after the last tensor');
  });

  it('says which tensor has a type it does not read', () => {
    const header = Buffer.from(JSON.stringify({ half: { dtype: 'F16', shape: [1], data_offsets: [0, 2] } }));
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(header.length));
    expect(() => decodeSafetensors(Buffer.concat([length, header, Buffer.alloc(2)]))).toThrow('tensor half has dtype F16');
  });
});
