import { defineConfig } from 'vitest/config';

// vitest reads its configuration from a default export; the rule against them is for our own modules.
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Two cores: more workers only make the timing-sensitive end-to-end tests fight each other.
    maxWorkers: 2,
  },
});
