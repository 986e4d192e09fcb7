/** What a text must have for a credential to be in it: nearly every line is told apart by this alone. */
const hint = /r[ks]_|bearer|basic|eyJ|@/i

/** Credentials by their shape, and what is written instead: the kind stays, and the id by which it can be revoked. */
const shapes: readonly (readonly [RegExp, string])[] = [
  // API keys and links to scenarios: mark, id, secret. What is cut off must not show the rest.
  [/\b(r[ks]_[a-z0-9]{1,40})_[A-Za-z0-9_-]{8,}/g, '$1_…'],
  // JSON Web Tokens begin with the base64url of `{"`.
  [/\beyJ[A-Za-z0-9_-]{8,}(\.[A-Za-z0-9_-]*){0,2}/g, 'eyJ…'],
  [/\b(Bearer|Basic) +[^\s"\\…]+/gi, '$1 …'],
  // The password of an address; an unescaped @ in it belongs to it too.
  [/(:\/\/[^\s:/@"\\]*):[^\s/"\\]*@/g, '$1:…@'],
]

/**
 * A text with every credential in it cut short. Nothing that logs is meant to have one; this is for what a library
 * or a later change puts into a message.
 */
export function withoutCredentials(text: string): string {
  if (!hint.test(text)) return text
  let cut = text
  for (const [shape, instead] of shapes) cut = cut.replace(shape, instead)
  return cut
}
