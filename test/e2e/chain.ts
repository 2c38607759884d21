import type { Rig } from './rig.js';

/**
 * Three tasks in a row and one beside them. Each appends its name to `ran.log` in the project, outside the engine's
 * sight, so that a test sees what really ran; no sandbox would let it.
 */
export async function writeChain(rig: Rig): Promise<void> {
  const note = (task: string): string => `echo ${task} >> ${rig.path('ran.log')}`;
  await rig.write('chain.yaml', `\
name: chain
params:
  word: hello
  ending: "!"
  codes: [0]
tasks:
  speak:
    uses: exec
    with:
      run: '${note('speak')}; echo "\${{ params.word }}" > $OUTPUT_TEXT'
      sandbox: none
    outputs: { text: text.txt }
  measure:
    uses: exec
    inputs: { text: speak.text }
    with:
      run: '${note('measure')}; wc -c < $INPUT_TEXT > $OUTPUT_SIZE'
      sandbox: none
    outputs: { size: size.txt }
  report:
    uses: exec
    inputs: { size: measure.size }
    with:
      run: '${note('report')}; (echo "<p>"; cat $INPUT_SIZE; echo "\${{ params.ending }}") > $OUTPUT_REPORT'
      sandbox: none
    outputs: { report: report.html }
  beside:
    uses: exec
    with:
      run: '${note('beside')}; date +%s%N > $OUTPUT_TIME'
      sandbox: none
      expectedExitCodes: \${{ params.codes }}
    outputs: { time: time.txt }
`);
}

export const chainTasks = ['beside', 'measure', 'report', 'speak'];

/** What ran since the last look, sorted. */
export async function takeRan(rig: Rig): Promise<readonly string[]> {
  const lines = rig.exists('ran.log') ? (await rig.read('ran.log')).trim().split('\n').sort() : [];
  await rig.write('ran.log', '');
  return lines.filter((line) => line !== '');
}
