import { writeFile } from 'node:fs/promises';
import type { Json } from '../../engine/json.js';
import { TaskError, type RunTask, type TaskContext } from '../../engine/task-kind.js';
import type { ReadingLimits } from './count-activations.js';
import { countsAsFile, readCounts, type ActivationCounts } from './counts.js';
import { lape, lapeFixedCount, selectionSize, type Cuts } from './lape.js';

interface Parameters extends ReadingLimits {
  readonly topRate: number;
  readonly filterRate: number;
  readonly activationBarRatio: number;
  readonly fixedCount: number | null;
}

export const run: RunTask = async (context) => {
  const parameters = context.parameters as unknown as Parameters;
  const counts = await countsOf(context, parameters);
  const result = lape(counts, parameters);
  const frozen = frozenCuts(context.value('threshold'));
  const fixedCount = parameters.fixedCount ?? Math.max(1, Math.floor(selectionSize(counts, parameters.topRate) / counts.languages.length));
  for (const warning of result.warnings) context.log(`warning: ${warning}`);

  await writeFile(context.output('neurons'), `${JSON.stringify({
    languages: counts.languages,
    tokens: counts.tokens,
    layers: counts.overZero.length,
    neuronsPerLayer: counts.overZero[0]?.length ?? 0,
    ...result,
    frozen: frozen === undefined ? null : lape(counts, { ...parameters, frozenThreshold: frozen }),
    fixedCount: lapeFixedCount(counts, fixedCount, result.cuts.activationBar),
  }, null, 1)}\n`);
  await writeFile(context.output('counts'), countsAsFile(counts));
};

async function countsOf(context: TaskContext, limits: ReadingLimits): Promise<ActivationCounts> {
  const given = new Set(context.inputNames);
  const needed = ['model', 'tokenizer', 'corpora'];
  if (given.has('counts')) {
    if (needed.some((name) => given.has(name))) throw new TaskError('give either `counts` or a model with its tokenizer and corpora, not both');
    return readCounts(context.input('counts').path);
  }
  const missing = needed.filter((name) => !given.has(name));
  if (missing.length > 0) throw new TaskError(`missing input: ${missing.join(', ')}`, 'or give `counts`, measured before');
  // Loaded on demand: it brings the model's runtime, which counts measured before do not need.
  const { countActivations } = await import('./count-activations.js');
  return countActivations(context, limits);
}

/** One number freezes both probability cuts (they are the same quantile by default) and leaves the selection's size. */
function frozenCuts(value: Json | undefined): Cuts | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number') return { threshold: value, activationBar: value, entropyCut: null };
  if (typeof value === 'object' && !Array.isArray(value)) {
    const { threshold, activationBar, entropyCut } = value;
    if (typeof threshold === 'number') {
      return {
        threshold,
        activationBar: typeof activationBar === 'number' ? activationBar : threshold,
        entropyCut: typeof entropyCut === 'number' ? entropyCut : null,
      };
    }
  }
  throw new TaskError('`threshold` must be a number, or the cuts of an earlier result', 'point it at `neurons#/cuts`');
}
