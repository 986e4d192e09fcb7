/** The tests that mutants are tried on: those of what the domain works out, which need no database. */
export const testFiles = [
  'test/domain/**/*.test.ts',
  'test/http/estimates/*.test.ts',
  'test/http/uncertainty/*.test.ts',
  'test/http/{fits,closures,reconciliations,plans}.test.ts',
]
