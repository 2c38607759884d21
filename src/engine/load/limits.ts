/**
 * Bounds on what one pipeline file may ask of the machine. A file is hostile input until it is validated: each bound
 * is far above what people write, and going over it is a diagnostic, never a crash.
 */
export const limits = {
  /** Size of the YAML text. */
  bytes: 32 * 1024 * 1024,
  /** Nesting of maps and lists. */
  depth: 64,
  /** Nodes that aliases (`*name`) add, all together: stops "billion laughs". */
  aliasedNodes: 100_000,
  /** Characters in one `${{ }}`. */
  expression: 1_000,
  /** Values that `${{ }}` insert, all together (32 characters count as one): stops parameters that repeat each other. */
  insertedValues: 2_000_000,
  /** The same, within `params`. */
  paramValues: 100_000,
  /** Characters of one text that `${{ }}` makes. */
  insertedText: 1024 * 1024,
  /** Tasks after expansion, unless `LoadOptions.maxTasks` says otherwise. */
  tasks: 100_000,
  /** Inputs of all tasks together. */
  edges: 2_000_000,
  /** Mistakes that are reported one by one. */
  diagnostics: 100,
} as const;
