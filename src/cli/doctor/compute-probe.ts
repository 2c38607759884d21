// A process of its own: `node compute-probe.js cpu` multiplies there, says what with, and ends with 0; else it says why not.

const answers: Readonly<Record<string, () => Promise<string>>> = {
  cpu: () => onnxruntime('cpu'),
  webgpu: () => onnxruntime('webgpu'),
  cuda: () => onnxruntime('cuda'),
  tensorflow: tensorFlow,
  'tensorflow-gpu': tensorFlowGpu,
};

async function onnxruntime(provider: string): Promise<string> {
  const ort = await import('onnxruntime-node');
  if (ort.listSupportedBackends().find(({ name }) => name === provider)?.bundled !== true) throw new Error('not in this build of onnxruntime-node');
  const session = await ort.InferenceSession.create(await product(), { executionProviders: [provider], logSeverityLevel: 4 });
  const number = (value: number) => new ort.Tensor('float32', [value], [1, 1]);
  const { c } = await session.run({ a: number(6), b: number(7) });
  return checked(`onnxruntime ${ort.env.versions.node ?? ''}`, Number(c?.data[0]));
}

/** A graph of one node: c = a b. */
async function product(): Promise<Uint8Array> {
  const [{ Graph }, { serialise }] = await Promise.all([import('../../model/tracing/graph.js'), import('../../model/tracing/serialise.js')]);
  const graph = new Graph();
  const [a, b] = [graph.input('a', [1, 1], 'float32'), graph.input('b', [1, 1], 'float32')];
  graph.output('c', graph.node('MatMul', [a, b], { shape: [1, 1] }));
  return serialise(graph);
}

async function tensorFlow(): Promise<string> {
  await import('@tensorflow/tfjs-backend-cpu');
  const tf = await import('@tensorflow/tfjs-core');
  await tf.setBackend('cpu');
  return checked(`TensorFlow.js ${tf.version_core}`, tf.matMul(tf.tensor2d([[6]]), tf.tensor2d([[7]])).dataSync()[0]);
}

async function tensorFlowGpu(): Promise<string> {
  const { startGpu } = await import('../../model/compute.js');
  const gpu = await startGpu();
  if ('reason' in gpu) throw new Error(gpu.reason);
  return gpu.runtime;
}

function checked(runtime: string, product: number | undefined): string {
  if (product !== 42) throw new Error(`it says that 6 times 7 is ${product}`);
  return `${runtime}, 6 x 7 = 42`;
}

const [subject = 'cpu'] = process.argv.slice(2);
try {
  const answer = answers[subject];
  if (answer === undefined) throw new Error(`it cannot be asked about ${subject}`);
  process.stdout.write(`${await answer()}\n`);
} catch (error) {
  // onnxruntime puts the place in its source before what happened.
  process.stderr.write(`${(error as Error).message.split('\n')[0]?.replace(/^.* was false\. /, '')}\n`);
  process.exitCode = 1;
}

export {};
