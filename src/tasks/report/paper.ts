/** What the paper reports, in our words; its own plots' numbers are not in its text, its tables' are. */
export const findings = {
  stages: 'Performance in the new language rises fast, declines, then settles: translation through Python, transition, and stabilisation on a system of its own (introduction, Figure 1).',
  performance: 'PHP and C# improve quickly while the share of correct answers that need Python is notably high; then both decline; in the end almost no correct answer needs Python (3.2, Figure 2).',
  workingLanguage: 'Python is the main language of the inner layers at first; it gives way gradually, and in the end the new language dominates (3.3, Figure 3).',
  neurons: 'Many neurons translate for the new language early on; their number keeps falling through the later stages (3.3, Figure 4).',
  budget: 'With more PHP tokens (1B to 23B beside 11B of Python) PHP performance first rises, then falls; the share of PHP as working language rises, and its transferring neurons become fewer (4.1.2, Figure 5).',
  predicted: 'The curve predicted from one acquisition run and the curve measured on several mixes follow the same trend, apart from the numbers themselves; for most languages both rise and then fall with Python\'s share (4.3.2, Figures 6 and 7).',
  dominant: 'Python dips slightly while the new language rises, falls clearly in the transition, and then settles (A.2, Figure 8).',
  proportion: 'The share of the Python system estimated from the loss is close to the one read off the working language (A.3, Figure 9).',
  corpus: 'The corpus is GitHub code: 11 to 37 million files and 11 to 28 billion tokens a language (3.1, Table 1).',
  scratch: 'Pre-trained from scratch, the optimised corpus (PHP cut to 5B tokens, C# to 10B) beats the original on average: HumanEval 25.03 to 26.61 at 1.3B and 38.31 to 41.96 at 6.7B (4.3.3, Table 2).',
} as const;

/** Table 1. Millions of instances, billions of tokens. */
export const table1 = [
  { language: 'php', instances: 23, tokens: 23 },
  { language: 'go', instances: 11, tokens: 11 },
  { language: 'csharp', instances: 37, tokens: 16 },
  { language: 'cpp', instances: 35, tokens: 28 },
  { language: 'python', instances: 16, tokens: 11 },
] as const;

/** Table 2, HumanEval pass rates in per cent: the paper's own models, original and optimised. */
export const table2 = [
  { language: 'python', small: [28.66, 32.93], large: [46.95, 48.17] },
  { language: 'php', small: [24.22, 26.08], large: [38.51, 41.61] },
  { language: 'csharp', small: [23.42, 29.75], large: [39.24, 44.94] },
  { language: 'go', small: [21.43, 16.88], large: [26.62, 31.17] },
  { language: 'cpp', small: [27.44, 27.44], large: [40.24, 43.90] },
  { language: 'average', small: [25.03, 26.61], large: [38.31, 41.96] },
] as const;
