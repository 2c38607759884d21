/** Safetensors, float32 only: an 8-byte little-endian header length, a JSON header, then the tensors' bytes. */

export interface StoredTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

export class SafetensorsError extends Error {
  override readonly name = 'SafetensorsError';
}

const lengthBytes = 8;
/** Tensor bytes start at a multiple of this, so that a reader may map them as they are. */
const alignment = 8;
/** As in the reference implementation: a longer header is an attack or another format. */
const longestHeader = 100_000_000;

interface HeaderEntry {
  readonly dtype: 'F32';
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

/** Tensors are written in the map's order; the bytes depend on nothing else. */
export function encodeSafetensors(tensors: ReadonlyMap<string, StoredTensor>): Uint8Array {
  const header: Record<string, HeaderEntry> = {};
  let end = 0;
  for (const [name, { shape, data }] of tensors) {
    header[name] = { dtype: 'F32', shape, data_offsets: [end, end + data.byteLength] };
    end += data.byteLength;
  }
  const json = Buffer.from(JSON.stringify(header));
  const headerLength = Math.ceil(json.length / alignment) * alignment;
  const bytes = Buffer.alloc(lengthBytes + headerLength + end, ' ');
  bytes.writeBigUInt64LE(BigInt(headerLength));
  json.copy(bytes, lengthBytes);
  let offset = lengthBytes + headerLength;
  for (const { data } of tensors.values()) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), offset);
    offset += data.byteLength;
  }
  return bytes;
}

/** @throws {SafetensorsError} when the bytes are not a well-formed file of float32 tensors */
export function decodeSafetensors(bytes: Uint8Array): Map<string, StoredTensor> {
  const { header, start } = readHeader(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  const tensors = new Map<string, StoredTensor>();
  let end = 0;
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    const { shape, data_offsets: [from, to] } = checkedEntry(name, entry);
    if (from !== end) throw new SafetensorsError(`tensor ${name} starts at ${String(from)}, not where the one before ended (${String(end)})`);
    if (start + to > bytes.byteLength) throw new SafetensorsError(`tensor ${name} ends beyond the file`);
    tensors.set(name, { shape, data: floats(bytes.subarray(start + from, start + to)) });
    end = to;
  }
  if (start + end !== bytes.byteLength) throw new SafetensorsError(`${String(bytes.byteLength - start - end)} bytes after the last tensor`);
  return tensors;
}

/** A copy: the bytes may lie at an offset that no Float32Array can start at. */
function floats(bytes: Uint8Array): Float32Array {
  const data = new Float32Array(bytes.byteLength / Float32Array.BYTES_PER_ELEMENT);
  new Uint8Array(data.buffer).set(bytes);
  return data;
}

function readHeader(bytes: Buffer): { header: Record<string, unknown>; start: number } {
  if (bytes.length < lengthBytes) throw new SafetensorsError('shorter than its header length');
  const length = Number(bytes.readBigUInt64LE());
  if (length > longestHeader || lengthBytes + length > bytes.length) throw new SafetensorsError(`a header of ${String(length)} bytes does not fit the file`);
  let header: unknown;
  try {
    header = JSON.parse(bytes.toString('utf8', lengthBytes, lengthBytes + length));
  } catch (cause) {
    throw new SafetensorsError('the header is not JSON', { cause });
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header)) throw new SafetensorsError('the header is not an object');
  return { header: header as Record<string, unknown>, start: lengthBytes + length };
}

function checkedEntry(name: string, entry: unknown): HeaderEntry {
  const { dtype, shape, data_offsets: offsets } = (entry ?? {}) as Partial<Record<keyof HeaderEntry, unknown>>;
  if (dtype !== 'F32') throw new SafetensorsError(`tensor ${name} has dtype ${String(dtype)}; only F32 is read`);
  if (!isSizes(shape) || !isSizes(offsets) || offsets.length !== 2) throw new SafetensorsError(`tensor ${name} has no proper shape and offsets`);
  const [from = 0, to = 0] = offsets;
  const size = shape.reduce((product, dimension) => product * dimension, 1) * Float32Array.BYTES_PER_ELEMENT;
  if (to - from !== size) throw new SafetensorsError(`tensor ${name} holds ${String(to - from)} bytes; its shape needs ${String(size)}`);
  return { dtype, shape, data_offsets: [from, to] };
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}
