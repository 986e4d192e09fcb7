import { Readable, Writable } from 'node:stream'
import type pg from 'pg'

/** What of the driver's connection COPY needs; the driver passes it to whatever it submits. */
interface CopyConnection {
  readonly stream: Writable & { pause: () => void; resume: () => void }
  query: (text: string) => void
  sendCopyFromChunk: (chunk: Buffer) => void
  endCopyFrom: () => void
  sendCopyFail: (reason: string) => void
}

/** `COPY 12` → 12. */
const rowsIn = (tag: string): number => Number(/\d+$/.exec(tag)?.[0] ?? 0)

/** The rows of `COPY … TO STDOUT` as the server writes them, no faster than they are read. */
class CopyOut extends Readable implements pg.Submittable {
  readonly #text: string
  #connection: CopyConnection | undefined

  constructor(text: string) {
    super()
    this.#text = text
  }

  submit(connection: unknown): void {
    this.#connection = connection as CopyConnection
    this.#connection.query(this.#text)
  }

  override _read(): void {
    this.#connection?.stream.resume()
  }

  handleCopyData({ chunk }: { chunk: Buffer }): void {
    // A copy: the driver reads what comes next into the same memory.
    if (!this.push(Buffer.from(chunk))) this.#connection?.stream.pause()
  }

  handleCommandComplete(): void {}

  handleReadyForQuery(): void {
    this.push(null)
  }

  handleError(error: Error): void {
    this.destroy(error)
  }
}

/** Takes rows for `COPY … FROM STDIN`, no faster than the server does; `rows` tells how many it took. */
class CopyIn extends Writable implements pg.Submittable {
  readonly #text: string
  #connection: CopyConnection | undefined
  #opened: (error?: Error) => void = () => {}
  #finished: (error?: Error) => void = () => {}
  rows = 0

  constructor(text: string) {
    super()
    this.#text = text
  }

  submit(connection: unknown): void {
    this.#connection = connection as CopyConnection
    this.#connection.query(this.#text)
  }

  override _construct(opened: (error?: Error) => void): void {
    this.#opened = opened
  }

  override _write(chunk: Buffer, _encoding: string, taken: () => void): void {
    this.#connection?.sendCopyFromChunk(chunk)
    if (this.#connection?.stream.writableNeedDrain === true) this.#connection.stream.once('drain', taken)
    else taken()
  }

  override _final(finished: (error?: Error) => void): void {
    this.#finished = finished
    this.#connection?.endCopyFrom()
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    // What has been sent of the table must not count.
    if (!this.writableFinished) this.#connection?.sendCopyFail('given up')
    done(error)
  }

  handleCopyInResponse(): void {
    this.#opened()
  }

  handleCommandComplete({ text }: { text: string }): void {
    this.rows = rowsIn(text)
  }

  handleReadyForQuery(): void {
    this.#finished()
  }

  handleError(error: Error): void {
    this.#opened(error)
    this.destroy(error)
  }
}

/** A table and those of its columns that are copied, in order. */
export interface CopiedTable {
  readonly name: string
  readonly columns: readonly string[]
}

/** An identifier as SQL writes it. */
const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`

const copied = ({ name, columns }: CopiedTable): string =>
  `public.${quoted(name)} (${columns.map(quoted).join(', ')})`

/**
 * The rows of a table in PostgreSQL's text format, one line each, by the text of the columns of `orderBy`: an order
 * that does not depend on the server's collation.
 */
export function copyOut(client: pg.Client, table: CopiedTable, orderBy: readonly string[] = []): Readable {
  const order =
    orderBy.length === 0
      ? ''
      : ` ORDER BY ${orderBy.map(each => `${quoted(each)}::text COLLATE "C"`).join(', ')}`
  const columns = table.columns.map(quoted).join(', ')
  return client.query(
    new CopyOut(`COPY (SELECT ${columns} FROM public.${quoted(table.name)}${order}) TO STDOUT`),
  )
}

/** Where lines of PostgreSQL's text format become rows of a table. */
export function copyIn(client: pg.Client, table: CopiedTable): Writable & { readonly rows: number } {
  return client.query(new CopyIn(`COPY ${copied(table)} FROM STDIN`))
}

/** What of a session decides how values are written as text, and that nothing is lost: set before copying, both ways. */
export const copySettings = `
  SET client_encoding = 'UTF8'; SET DateStyle = 'ISO, YMD'; SET IntervalStyle = 'postgres'; SET TimeZone = 'UTC';
  SET extra_float_digits = 1; SET bytea_output = 'hex'; SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0`
