import { defineConfig } from 'vitest/config'

/**
 * Core's own tests: a mutant that only an adapter's suite or the simulation notices survives. One thread for all files,
 * since each mutant starts them again. Fuzzing and the sabotage of the contract suites say nothing about a mutant.
 */
export default defineConfig({
  test: {
    include: ['packages/core/{src,test}/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/*.{simulation,fuzz}.test.ts', '**/contracts-catch-faults.test.ts'],
    isolate: false,
  },
})
