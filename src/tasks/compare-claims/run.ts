import { writeFile } from 'node:fs/promises';
import type { RunTask } from '../../engine/task-kind.js';
import { readMeasurements } from '../collect-measurements/measurements.js';
import { compareClaims, compareControls } from './compare.js';
import type { ClaimOptions } from './evidence.js';

interface Parameters extends ClaimOptions { readonly command: string }

export const run: RunTask = async (context) => {
  const { command, ...options } = context.parameters as unknown as Parameters;
  const measured = await readMeasurements(context.input('measurements').path);
  const claims = compareClaims(measured, options, command);
  const controls = compareControls(measured, options);
  await writeFile(context.output('claims'), `${JSON.stringify(claims, null, 1)}\n`);
  await writeFile(context.output('controls'), `${JSON.stringify(controls, null, 1)}\n`);
  for (const verdict of ['confirmed', 'refuted', 'inconclusive', 'not-tested'] as const) {
    const ids = claims.filter((row) => row.verdict === verdict).map(({ id }) => id);
    if (ids.length > 0) context.log(`${verdict}: ${ids.join(', ')}`);
  }
};
