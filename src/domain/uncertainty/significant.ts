/**
 * A number as it is shown beside its standard error: rounded so that the error has two significant digits. With
 * no error it has six digits.
 */
export function rounded(value: number, standardError: number): string {
  if (!(standardError > 0) || value === 0) return plain(value, 6)
  const leading = Math.floor(Math.log10(Math.abs(value)))
  const digits = leading - Math.floor(Math.log10(standardError)) + 2
  return plain(value, Math.min(15, Math.max(1, digits)))
}

function plain(value: number, digits: number): string {
  const text = value.toPrecision(digits)
  const size = Math.abs(value)
  // Within a dozen digits a number is read without an exponent.
  return text.includes('e') && size >= 1e-6 && size < 1e12 ? String(Number(text)) : text
}
