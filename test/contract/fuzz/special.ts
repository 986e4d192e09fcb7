/** Placed where a JSON text is to say something that no value can be turned into. */
const placeholder = '\u0001place\u0001'

const text = (value: string) => JSON.stringify(value)

/** JSON texts that have broken services: for the place of every number and every string. */
export const specialLiterals: readonly string[] = [
  '1e400',
  '-1e400',
  '1e-400',
  'NaN',
  'Infinity',
  '-0',
  '0',
  '-1',
  '9007199254740993',
  '1.7976931348623157e308',
  '5e-324',
  '0.30000000000000004',
  text('5'),
  text('٣'),
  'true',
  'null',
  '[]',
  '{}',
  text(''),
  text(' '),
  '"\\u0000"',
  '"\\ud800"',
  text('\u202e'),
  text('𝕏'),
  text('__proto__'),
  text('constructor'),
  text('toString'),
  text('$ref'),
  text('../../etc'),
  text("=cmd|' /C calc'!A0"),
  text("1'; DROP TABLE scenario; --"),
  text('%00'),
  text('\r\nSet-Cookie: a=b'),
  text('a'.repeat(10_000)),
  '{"__proto__":{"polluted":true}}',
  '{"constructor":{"prototype":{"polluted":true}}}',
  '{"$ref":"#"}',
  '[[[[[[[[1]]]]]]]]',
]

/** Texts for parameters, where all is text. */
export const specialTexts: readonly string[] = [
  ...['', ' ', '0', '-0', '-1', '1e400', 'NaN', 'Infinity', '0x10', '9007199254740993', '1.5', '٣'],
  ...['true', 'null', '[]', '{}', '\u0000', '\u202e', '𝕏', '*', '"', '""', ',', 'W/', '"1"', 'W/"1"'],
  ...['__proto__', 'constructor', 'toString', '$ref', '..', '../../etc', "=cmd|' /C calc'!A0"],
  ...["'; DROP TABLE scenario; --", '%', '%00', '_', '\\', '\r\nSet-Cookie: a=b', 'a'.repeat(3_000)],
]

/** The text of a JSON value in which `placed()` is replaced by a literal. */
export function textWith(value: unknown, literal: string): string {
  return JSON.stringify(value).replace(JSON.stringify(placeholder), () => literal)
}

/** What `textWith` replaces. */
export const placed = (): string => placeholder

/** A whole body that is no ordinary JSON document, with headers of its own. */
export interface SpecialBody {
  readonly name: string
  readonly bytes: Buffer
  readonly headers?: Readonly<Record<string, string>>
}

/** Bodies made of one that is valid, none of which may be taken for it. */
export function specialBodies(valid: string, gzip: (text: string) => Buffer): SpecialBody[] {
  const members = Array.from({ length: 100_000 }, (_, index) => `"${index.toString(36)}":1`).join()
  const inside = valid.replace(/^\{/, '').replace(/\}$/, '')
  const also = inside === '' ? '' : `,${inside}`
  return [
    { name: 'nothing', bytes: Buffer.alloc(0) },
    { name: 'arrays 100,000 deep', bytes: Buffer.from('['.repeat(100_000) + ']'.repeat(100_000)) },
    { name: 'arrays 200,000 deep', bytes: Buffer.from('['.repeat(200_000) + ']'.repeat(200_000)) },
    { name: 'arrays never closed', bytes: Buffer.from('['.repeat(200_000)) },
    { name: 'objects 25,000 deep', bytes: Buffer.from(`${'{"a":'.repeat(25_000)}1${'}'.repeat(25_000)}`) },
    { name: 'a text of a million characters', bytes: Buffer.from(`{"a":"${'a'.repeat(1_000_000)}"}`) },
    { name: 'a number of 200,000 digits', bytes: Buffer.from('1'.repeat(200_000)) },
    { name: '100,000 members', bytes: Buffer.from(`{${members}}`) },
    {
      name: '20,000 unknown members',
      bytes: Buffer.from(`{${members.slice(0, 200_000).replace(/,[^,]*$/, '')}}`),
    },
    { name: 'a byte order mark', bytes: Buffer.from(`\ufeff${valid}`) },
    { name: 'UTF-16', bytes: Buffer.from(valid, 'utf16le') },
    {
      name: 'a broken UTF-8 sequence',
      bytes: Buffer.concat([Buffer.from('{"'), Buffer.from([0xc3, 0x28, 0xff]), Buffer.from(`":1${also}}`)]),
    },
    { name: 'gzip', bytes: gzip(valid), headers: { 'content-encoding': 'gzip' } },
    { name: 'gzip, unsaid', bytes: gzip(valid) },
    { name: '__proto__', bytes: Buffer.from(`{"__proto__":{"polluted":true}${also}}`) },
    { name: '__proto__ by escapes', bytes: Buffer.from(`{"\\u005f_proto__":{"polluted":true}${also}}`) },
    { name: 'constructor', bytes: Buffer.from(`{"constructor":{"prototype":{"a":1}}${also}}`) },
    { name: 'two documents', bytes: Buffer.from(`${valid}${valid}`) },
    { name: 'a comment', bytes: Buffer.from(`/* */${valid}`) },
    ...[
      'text/plain',
      'application/xml',
      'application/jsonx',
      'application/x-www-form-urlencoded',
      'json',
      'application/json;',
      'application/json ;',
      'application/\tjson',
      'APPLICATION/JSON+x',
      'multipart/form-data; boundary=a',
    ].map(type => ({
      name: `as ${JSON.stringify(type)}`,
      bytes: Buffer.from('{"\\u0000":1}'),
      headers: { 'content-type': type },
    })),
  ]
}
