/** What the paper reports, in our words; its own plots' numbers are not in its text, its tables' are. */
export const findings = {
  stages: 'Performance in the new language rises fast, declines, then settles: translation through Python, transition, and stabilisation on a system of its own (introduction, Figure 1).',
  performance: 'PHP and C# improve quickly while the share of correct answers that need Python is notably high; then both decline; in the end almost no correct answer needs Python (3.2, Figure 2).',
  workingLanguage: 'Python is the main language of the inner layers at first; it gives way gradually, and in the end the new language dominates (3.3, Figure 3; identifiers in A.1).',
  neurons: 'Many neurons translate for the new language early on; their number keeps falling through the later stages (3.3, Figure 4).',
  budget: 'With more PHP tokens (1B to 23B beside 11B of Python) PHP performance first rises, then falls; the share of PHP as working language rises, and its transferring neurons become fewer (4.1.2, Figure 5). The paper shows PHP alone.',
  predictedMean: 'For the mean of Python and the new language, the curve predicted from one acquisition run and the one measured on several mixes follow the same trend, apart from the numbers themselves: for most languages both rise, then fall with Python\'s share (4.3.2, Figure 6).',
  predicted: 'The same for the new language alone: too little of it hinders writing it, too much competes with Python. C++ does not rely on Python and is best on its own system (4.3.2, Figure 7).',
  dominant: 'Python dips slightly while the new language rises, falls clearly in the transition, and then settles (A.2, Figure 8).',
  proportion: 'The share of the Python system estimated from the loss is close to the one read off the working language (A.3, Figure 9).',
  corpus: 'The corpus is GitHub code: 11 to 37 million files and 11 to 28 billion tokens a language (3.1, Table 1).',
  scratch: 'Pre-trained from scratch, the optimised corpus (PHP cut to 5B tokens, C# to 10B) beats the original on average: HumanEval 25.03 to 26.61 at 1.3B and 38.31 to 41.96 at 6.7B, MBXP 49.81 to 51.97 and 64.34 to 66.14 (4.3.3, Table 2).',
} as const;

/** Table 1. Millions of instances, billions of tokens. */
export const table1 = [
  { language: 'php', instances: 23, tokens: 23 },
  { language: 'go', instances: 11, tokens: 11 },
  { language: 'csharp', instances: 37, tokens: 16 },
  { language: 'cpp', instances: 35, tokens: 28 },
  { language: 'python', instances: 16, tokens: 11 },
] as const;

/** What this run's benchmarks stand for. */
export const benchmarkNames: Readonly<Record<string, string>> = { first: 'HumanEval-shaped', second: 'MBXP-shaped' };

/** Table 2's own models at one size on one benchmark: pass rates in per cent on the original and the optimised corpus. */
export interface PaperSize {
  /** `1.3B, HumanEval` */
  readonly label: string;
  readonly rates: Readonly<Record<string, readonly [number, number]>>;
}

const table2: Readonly<Record<string, PaperSize>> = {
  'small first': {
    label: '1.3B, HumanEval',
    rates: { python: [28.66, 32.93], php: [24.22, 26.08], csharp: [23.42, 29.75], go: [21.43, 16.88], cpp: [27.44, 27.44], average: [25.03, 26.61] },
  },
  'small second': {
    label: '1.3B, MBXP',
    // The printed average of the original model, 49.81, is not the mean of its cells, 48.52.
    rates: { python: [41.2, 45.4], php: [33.41, 46.29], csharp: [43.38, 40.64], go: [79.24, 77.9], cpp: [45.39, 49.63], average: [49.81, 51.97] },
  },
  'large first': {
    label: '6.7B, HumanEval',
    rates: { python: [46.95, 48.17], php: [38.51, 41.61], csharp: [39.24, 44.94], go: [26.62, 31.17], cpp: [40.24, 43.9], average: [38.31, 41.96] },
  },
  'large second': {
    label: '6.7B, MBXP',
    rates: { python: [59, 63.6], php: [57.86, 59.83], csharp: [61.19, 61.42], go: [83.04, 81.03], cpp: [60.6, 64.84], average: [64.34, 66.14] },
  },
};

/** Null for a size or benchmark that the paper has not. */
export function paperScratch(size: string, benchmark: string): PaperSize | null {
  return table2[`${size} ${benchmark}`] ?? null;
}
