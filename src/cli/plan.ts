import { colorsFor, wantsColor } from '../reporters/format.js';
import { exitCode, type ExitCode } from './exit-code.js';
import { planJson, planText } from './plan-text.js';
import { withPlan, type PlanningOptions } from './planning.js';
import type { Shell } from './shell.js';

export interface PlanVerbOptions extends PlanningOptions {
  readonly expanded?: boolean;
  readonly json?: boolean;
  /** A file to keep the plan in. */
  readonly output?: string;
}

/** `pipelines plan FILE`: what would run and why. */
export function planVerb(file: string, options: PlanVerbOptions, shell: Shell): Promise<ExitCode> {
  return withPlan(file, options, shell, async (planned) => {
    const { plan, capacity } = planned;
    const text = options.json
      ? `${JSON.stringify(planJson(plan), null, 2)}\n`
      : planText(plan, { colors: colorsFor(wantsColor(shell.stdout, shell.environment)), cores: capacity.cores, expanded: options.expanded ?? false });
    shell.stdout.write(text);
    if (options.output !== undefined) (await import('./kept-plan.js')).keepPlan(planned, options, options.output, shell);
    return exitCode.ok;
  });
}
