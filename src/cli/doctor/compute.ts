import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { PATIENCE_MS, type Finding, type Probe } from './finding.js';

/** What `compute-probe.js` can be asked to multiply on, and what to do when it cannot. */
const computes = {
  'onnxruntime cpu': { subject: 'cpu', needed: true, remedy: 'npm rebuild onnxruntime-node; it supports Linux, macOS and Windows on x64 and arm64' },
  'onnxruntime webgpu': { subject: 'webgpu', needed: false, remedy: 'optional: a graphics driver (on Debian and Ubuntu: sudo apt install mesa-vulkan-drivers)' },
  'onnxruntime cuda': { subject: 'cuda', needed: false, remedy: 'optional: onnxruntime-node with its CUDA binaries, and an NVIDIA driver' },
  'TensorFlow.js cpu': { subject: 'tensorflow', needed: false, remedy: 'npm rebuild' },
  'TensorFlow.js gpu': { subject: 'tensorflow-gpu', needed: false, remedy: 'optional: npm install @tensorflow/tfjs-node-gpu@4.22.0 (CUDA 11.2)' },
} as const;

export const probeCompute: Probe = () => Promise.all(Object.entries(computes).map(([name, compute]) => computeFinding(name, compute)));

/** In a process of its own: a driver that does not work may end the process that asks. */
async function computeFinding(name: string, { subject, needed, remedy }: (typeof computes)[keyof typeof computes]): Promise<Finding> {
  const script = fileURLToPath(new URL('compute-probe.js', import.meta.url));
  const { exitCode, stdout, stderr, timedOut, signal } = await execa(process.execPath, [script, subject], { reject: false, stdin: 'ignore', timeout: PATIENCE_MS, killSignal: 'SIGKILL' });
  const finding = { area: 'compute', name } as const;
  if (exitCode === 0) return { ...finding, state: 'ok', found: stdout.trim() };
  if (timedOut) return { ...finding, state: needed ? 'warning' : 'ok', found: null, reason: `no answer within ${(PATIENCE_MS / 1_000).toFixed(1)} s` };
  const reason = signal === undefined ? stderr.trim().split('\n').at(-1) ?? '' : `its process ended by ${signal}`;
  return { ...finding, state: needed ? 'problem' : 'ok', found: null, reason, remedy };
}
