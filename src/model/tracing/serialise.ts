import onnxProto from 'onnx-proto';
import type { onnx } from 'onnx-proto';
import type { Attribute, ElementType, Graph, Initializer, Node, Value } from './graph.js';

const { AttributeProto, ModelProto, TensorProto } = onnxProto.onnx;

/** LayerNormalization needs 17, axes as inputs of every reduction 18. */
const operatorSet = 18;
const contributedOperatorSet = 1;
const intermediateRepresentation = 8;

const dataTypes: Readonly<Record<ElementType, onnx.TensorProto.DataType>> = {
  float32: TensorProto.DataType.FLOAT,
  int32: TensorProto.DataType.INT32,
  int64: TensorProto.DataType.INT64,
  bool: TensorProto.DataType.BOOL,
};

export function onnxDataType(type: ElementType): number {
  return dataTypes[type];
}

/** The graph as an ONNX model, ready for an inference session. */
export function serialise(graph: Graph): Uint8Array {
  const { nodes, initializers } = graph.needed();
  const { names, copies } = outputNames(graph);
  const model: onnx.IModelProto = {
    irVersion: intermediateRepresentation,
    opsetImport: [{ domain: '', version: operatorSet }, { domain: 'com.microsoft', version: contributedOperatorSet }],
    graph: {
      name: 'trace',
      node: [...nodes, ...copies].map((node) => nodeProto(renamed(node, names))),
      initializer: initializers.map(tensorProto),
      input: graph.inputs.map(valueProto),
      output: graph.outputs.map(({ name, value }) => valueProto({ ...value, name })),
    },
  };
  return ModelProto.encode(model).finish();
}

/**
 * An output is its edge under another name. An Identity node instead would copy it, at every run; it stays for
 * what has no name to give away: the graph's own inputs and constants, and an edge that is returned twice.
 */
function outputNames(graph: Graph): { names: ReadonlyMap<string, string>; copies: readonly Node[] } {
  const produced = new Set(graph.nodes.flatMap(({ outputs }) => outputs));
  const names = new Map<string, string>();
  const copies: Node[] = [];
  for (const { name, value } of graph.outputs) {
    if (produced.has(value.name) && !names.has(value.name)) names.set(value.name, name);
    else copies.push({ operator: 'Identity', domain: '', inputs: [value.name], outputs: [name], attributes: {} });
  }
  return { names, copies };
}

function renamed(node: Node, names: ReadonlyMap<string, string>): Node {
  const rename = (name: string) => names.get(name) ?? name;
  return { ...node, inputs: node.inputs.map(rename), outputs: node.outputs.map(rename) };
}

function nodeProto(node: Node): onnx.INodeProto {
  return {
    opType: node.operator,
    domain: node.domain,
    input: [...node.inputs],
    output: [...node.outputs],
    attribute: Object.entries(node.attributes).map(([name, value]) => attributeProto(name, value)),
  };
}

function attributeProto(name: string, value: Attribute): onnx.IAttributeProto {
  const { AttributeType } = AttributeProto;
  if (typeof value === 'number') return { name, type: AttributeType.INT, i: value };
  if (typeof value === 'string') return { name, type: AttributeType.STRING, s: Buffer.from(value) };
  if ('float' in value) return { name, type: AttributeType.FLOAT, f: value.float };
  if ('tensor' in value) {
    const dataType = value.tensor instanceof Float32Array ? dataTypes.float32 : dataTypes.int32;
    return { name, type: AttributeType.TENSOR, t: { dims: [value.tensor.length], dataType, rawData: bytesOf(value.tensor) } };
  }
  return { name, type: AttributeType.INTS, ints: [...value] };
}

function tensorProto({ name, shape, type, data }: Initializer): onnx.ITensorProto {
  return { name, dims: [...shape], dataType: dataTypes[type], rawData: bytesOf(data) };
}

function valueProto({ name, shape, type }: Value): onnx.IValueInfoProto {
  return { name, type: { tensorType: { elemType: dataTypes[type], shape: { dim: shape.map((size) => ({ dimValue: size })) } } } };
}

function bytesOf(data: ArrayBufferView): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
