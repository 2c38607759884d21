import type { ActionRecord } from '../action-record.js';
import { digestOf } from '../fingerprint.js';
import { isDigest } from './layout.js';

/** The record and, on a line of its own, its digest: a flipped bit is a miss, not another result. */
export function recordFileOf(record: ActionRecord): string {
  const line = JSON.stringify(record);
  return `${line}\n${digestOf(line)}\n`;
}

/** undefined for what is no record. Those of older versions have no digest. */
export function parseRecordFile(text: string): ActionRecord | undefined {
  const [line = '', digest = ''] = text.split('\n');
  return digest === '' || digest === digestOf(line) ? parseRecord(line) : undefined;
}

/** Records on a line each, as other results of a fingerprint are kept. */
export function parseRecordLines(text: string): ActionRecord[] {
  return text.split('\n').flatMap((line) => parseRecord(line) ?? []);
}

/** undefined for what is no record: torn, or written by something else. A miss then, never a wrong result. */
function parseRecord(line: string): ActionRecord | undefined {
  if (line === '') return undefined;
  try {
    const record = JSON.parse(line) as Partial<ActionRecord> | null;
    const usable = isDigest(record?.fingerprint) && isDigest(record.log) && isPreimage(record.preimage)
      && isMap(record.provenance) && isMap(record.outputs) && Object.values(record.outputs).every(isStoredObject);
    return usable ? record as ActionRecord : undefined;
  } catch {
    return undefined;
  }
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isPreimage(value: unknown): boolean {
  return isMap(value) && [value['parameters'], value['inputs'], value['environment'], value['runtime']].every(isMap);
}

function isStoredObject(value: unknown): boolean {
  return isMap(value) && (value['type'] === 'file' || value['type'] === 'tree') && isDigest(value['digest'])
    && Number.isSafeInteger(value['bytes']) && (value['bytes'] as number) >= 0;
}
