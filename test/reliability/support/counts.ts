import { inject } from 'vitest'

/** As many as CI can wait for, or as many as a release must stand. */
export const count = (short: number, full: number): number => (inject('form') === 'short' ? short : full)
