/** The docstring words of the world. A concept is one verb and one noun. */
export const verbs = ['get', 'make', 'fold', 'twist', 'bind', 'melt', 'pack', 'spin', 'drop', 'lift', 'carve', 'weave', 'grind', 'press', 'scan', 'split', 'merge', 'trim', 'stack', 'twirl'] as const;
export const nouns = ['tail', 'brick', 'tower', 'plain', 'river', 'stone', 'lamp', 'cloud', 'path', 'gate', 'crown', 'shell', 'flame', 'root', 'seed', 'wave', 'ridge', 'tide', 'bell', 'knot', 'loom', 'forge', 'anvil', 'spire'] as const;
export const maximumConcepts = verbs.length * nouns.length;
