import type { FastifyInstance } from 'fastify'
import { HttpProblem } from '../problem.ts'

/** The largest body accepted. */
export const bodyLimit = 256 * 1024

/**
 * JSON is the only format read, under its exact media type. Text that PostgreSQL cannot store (NUL, lone
 * surrogates) is refused here, with its place, before anything works on it.
 */
export function registerBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'string' }, parseJson)
}

/** For the scope of the PATCH routes alone: a merge patch (RFC 7396), and nothing else. */
export function registerMergePatch(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/merge-patch+json', { parseAs: 'string' }, parseJson)
}

type Done = (error: Error | null, body?: unknown) => void

function parseJson(_request: unknown, text: string | Buffer, done: Done): void {
  const json = text.toString()
  let body: unknown
  try {
    body = JSON.parse(json)
  } catch (cause) {
    const problem = new HttpProblem('malformed-json', malformed(json, cause as Error), { cause })
    done(problem)
    return
  }
  try {
    // Whatever walks a body later may then do so by calling itself.
    if (mayBeDeep(json)) refuseDepth(body)
    // Only an escape can bring these in: the raw bytes were decoded as UTF-8, and a raw NUL is not JSON.
    if (json.includes('\\u') || json.includes('__proto__') || json.includes('constructor'))
      refuseUnstorable(body, '')
  } catch (problem) {
    done(problem as Error)
    return
  }
  done(null, body)
}

/** Levels that a body may be nested: real ones need less than ten. */
const deepest = 64

/** Whether a text opens enough objects and arrays to be nested too deep: a look that nearly every body passes. */
function mayBeDeep(json: string): boolean {
  let opened = 0
  for (let index = 0; index < json.length; index++) {
    const character = json.charCodeAt(index)
    if ((character === openBrace || character === openBracket) && ++opened > deepest) return true
  }
  return false
}

const openBrace = 0x7b
const openBracket = 0x5b

/** Refuses a body nested too deep, level by level rather than by recursion, which it could exhaust. */
function refuseDepth(body: unknown): void {
  let level: unknown[] = [body]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > deepest) refuse('', `is nested more than ${deepest} levels deep; make it flatter`)
    level = level.flatMap(node => (node !== null && typeof node === 'object' ? Object.values(node) : []))
  }
}

function malformed(json: string, { message }: Error): string {
  if (json.trim() === '') return 'The body is empty; send a JSON document.'
  const position = /position (\d+)/.exec(message)?.[1]
  return position === undefined
    ? 'The body ends before its JSON document does, or is not JSON at all.'
    : `The body stops being JSON at character ${Number(position) + 1}.`
}

function refuseUnstorable(node: unknown, pointer: string): void {
  if (typeof node === 'string') refuseText(node, pointer)
  else if (Array.isArray(node))
    node.forEach((element, index) => {
      refuseUnstorable(element, `${pointer}/${index}`)
    })
  else if (node !== null && typeof node === 'object') {
    for (const member of Object.keys(node)) {
      if (member === '__proto__' || member === 'constructor' || member === 'prototype') {
        refuse(`${pointer}/${member}`, 'is a name that no member may have; remove it')
      }
      refuseText(member, pointer)
      refuseUnstorable((node as Record<string, unknown>)[member], `${pointer}/${member}`)
    }
  }
}

function refuseText(text: string, pointer: string): void {
  if (text.includes('\u0000'))
    refuse(pointer, 'contains the character U+0000, which cannot be stored; remove it')
  if (!text.isWellFormed()) refuse(pointer, 'contains half of a surrogate pair; send whole characters')
}

function refuse(pointer: string, what: string): never {
  const detail = `${pointer || 'The body'} ${what}.`
  throw new HttpProblem('invalid-request', detail, { errors: [{ pointer, code: 'text', detail }] })
}
