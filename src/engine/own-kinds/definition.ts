import type { Json, JsonObject } from '../json.js';
import type { Expansion, InputPort, OutputPort, Resources, TaskContext, TaskKind } from '../task-kind.js';

/** A JSON Schema, written as a literal so that its type is known. */
type SchemaLiteral = Readonly<Record<string, unknown>>;

/** The properties of `with` by name (one without a default must be given), or the whole object schema. */
export type ParameterDeclarations = Readonly<Record<string, unknown>>;

/** `'file'`, or in full. */
export type InputDeclaration = InputPort['type'] | (Omit<InputPort, 'description'> & { readonly description?: string });

/** The file's name, with a slash at the end for a folder, or in full. */
export type OutputDeclaration = string | (Partial<OutputPort> & { readonly fileName: string });

/** A task kind in a file of the user's: declaration and implementation together. What is left out has the default named beside it. */
export interface TaskDefinition<
  Parameters extends ParameterDeclarations = ParameterDeclarations,
  Inputs extends Readonly<Record<string, InputDeclaration>> = Readonly<Record<string, InputDeclaration>>,
  Outputs extends Readonly<Record<string, OutputDeclaration>> = Readonly<Record<string, OutputDeclaration>>,
> {
  /** One line, for `pipelines tasks`. */
  readonly summary: string;
  readonly source?: string;
  /** None. */
  readonly parameters?: Parameters;
  /** None. */
  readonly inputs?: Inputs;
  readonly outputs: Outputs;
  /** 1 core and 512 MiB. Memory is bytes, or text with a unit such as `2GiB`. */
  readonly resources?: Partial<Omit<Resources, 'memory'>> & { readonly memory?: number | string };
  /** `runtime`: what JavaScript computes may depend on Node's major version and the processor. */
  readonly sensitivity?: TaskKind['sensitivity'];
  /** 1. */
  readonly version?: number;
  readonly readsUpstream?: boolean;
  readonly expand?: (parameters: ParametersOf<Parameters>) => Expansion;
  run(context: TaskContext<ParametersOf<Parameters>, keyof Inputs & string, keyof Outputs & string>): Promise<void> | void;
}

/**
 * Gives a definition its types: `context.parameters` has those of the schema, and the names of inputs and outputs are checked.
 * Returns it as it is, so a plain object works as well.
 */
export function defineTask<
  const Parameters extends ParameterDeclarations = Record<never, never>,
  const Inputs extends Readonly<Record<string, InputDeclaration>> = Record<never, never>,
  const Outputs extends Readonly<Record<string, OutputDeclaration>> = Record<never, never>,
>(definition: TaskDefinition<Parameters, Inputs, Outputs>): TaskDefinition<Parameters, Inputs, Outputs> {
  return definition;
}

/** What `context.parameters` holds. Every parameter is there: validation fills the defaults in. */
export type ParametersOf<Parameters> = Parameters extends { readonly type: 'object'; readonly properties: infer Properties }
  ? ValuesOf<Properties>
  : ValuesOf<Parameters>;

type ValuesOf<Properties> = { readonly [Name in keyof Properties]: ValueOf<Properties[Name]> };

type ValueOf<Schema> =
  Schema extends { readonly const: infer Value } ? Value
    : Schema extends { readonly enum: readonly (infer Value)[] } ? Value
      : Schema extends { readonly type: readonly (infer Type)[] } ? ValueOfType<Type, Schema>
        : Schema extends { readonly type: infer Type } ? ValueOfType<Type, Schema>
          : Json;

/** Of each of several types. */
type ValueOfType<Type, Schema> =
  Type extends 'string' ? string
    : Type extends 'number' | 'integer' ? number
      : Type extends 'boolean' ? boolean
        : Type extends 'null' ? null
          : Type extends 'array' ? readonly (Schema extends { readonly items: infer Items extends SchemaLiteral } ? ValueOf<Items> : Json)[]
            : Type extends 'object' ? (Schema extends { readonly properties: infer Properties } ? ValuesOf<Properties> : JsonObject)
              : Json;
