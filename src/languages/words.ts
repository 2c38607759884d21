/** The docstring words of the world. A concept is one verb and one noun. */
export const verbs = ['get', 'make', 'fold', 'twist', 'bind', 'melt'] as const;
export const nouns = [
  'tail', 'brick', 'tower', 'plain', 'river', 'stone', 'lamp', 'cloud', 'path', 'gate', 'crown', 'shell', 'flame',
  'root', 'seed', 'wave', 'ridge', 'tide', 'bell', 'knot', 'loom', 'forge', 'anvil', 'spire', 'acorn', 'amber',
  'apron', 'arrow', 'badge', 'banjo', 'barn', 'basin', 'beach', 'bead', 'berry', 'birch', 'blade', 'boat', 'bolt',
  'bone', 'bowl', 'braid', 'bread', 'bridge', 'brook', 'broom', 'bucket', 'cabin', 'cable', 'cactus', 'candle',
  'canoe', 'canyon', 'cape', 'cargo', 'castle', 'cedar', 'chain', 'chalk', 'cherry', 'chest', 'chime', 'cider',
  'cliff', 'clock', 'clove', 'coal', 'coast', 'cobalt', 'comet', 'copper', 'coral', 'crate', 'creek', 'cricket',
  'crystal', 'curtain', 'daisy', 'delta', 'desk', 'diamond', 'dome', 'door', 'dove', 'dune', 'eagle', 'ember',
  'falcon', 'feather', 'fern', 'ferry', 'field', 'fig', 'finch', 'flint', 'flute', 'fog', 'forest', 'fossil',
  'fountain', 'fox', 'garden', 'garlic', 'gem', 'ginger', 'glacier', 'globe', 'glove', 'grape', 'grove', 'gull',
  'hammer', 'harbor', 'harp', 'hazel', 'hedge', 'helmet', 'heron', 'hill', 'hinge',
] as const;
export const maximumConcepts = verbs.length * nouns.length;
