import { digestOf } from '../fingerprint.js';

/** 64 hex digits and a line end. */
const checksumBytes = 65;

/** The body behind its digest. */
export function withChecksum(text: string): Buffer {
  const body = Buffer.from(text);
  return Buffer.concat([Buffer.from(`${digestOf(body)}\n`), body]);
}

/** Undefined for what `withChecksum` did not write: torn or damaged. */
export function checkedBody(bytes: Buffer): Buffer | undefined {
  const body = bytes.subarray(checksumBytes);
  return bytes.subarray(0, checksumBytes).toString('latin1') === `${digestOf(body)}\n` ? body : undefined;
}
