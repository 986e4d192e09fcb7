/** Characters that make a spreadsheet take a text for a formula when it opens a file (ASVS 5.0, 1.2.10). */
const leading = new Set(['=', '+', '-', '@', '\t', '\r', '\u0000'])

/** Whether a text, any apostrophes before it aside, begins as a formula does. */
const beginsAsFormula = (text: string): boolean => leading.has(text.replace(/^'+/, '').charAt(0))

/** A text that no spreadsheet takes for a formula. Numbers need none of this: they are written as numbers. */
export const formulaSafe = (text: string): string => (beginsAsFormula(text) ? `'${text}` : text)

/** What a text was before `formulaSafe`, so that a table that was exported is imported as it was. */
export const withoutFormulaGuard = (text: string): string =>
  text.startsWith("'") && beginsAsFormula(text) ? text.slice(1) : text
