import { randomBytes, timingSafeEqual } from 'node:crypto'
import { digest } from '../digest.ts'

/** A secret of 256 random bits in base64url: 43 characters. */
export const newSecret = (): string => randomBytes(32).toString('base64url')

/** A credential as its owner holds it: what it is, which one, and the secret that proves it. */
export interface Credential {
  /** Id of the record that has its hash. */
  readonly id: string
  readonly text: string
}

/** A kind of credential, such as an API key: `rk_<id>_<secret>`. */
export function credentialKind(mark: string, idPrefix: string) {
  const form = new RegExp(`^${mark}_([a-z0-9]{1,40})_[A-Za-z0-9_-]{43}$`)
  return {
    write: (id: string, secret: string): string => `${mark}_${id.slice(idPrefix.length + 1)}_${secret}`,
    /** The credential that a text is; null for anything else. */
    read: (text: string): Credential | null => {
      const [, id] = form.exec(text) ?? []
      return id === undefined ? null : { id: `${idPrefix}_${id}`, text }
    },
  }
}

export const apiKeys = credentialKind('rk', 'key')
export const shareTokens = credentialKind('rs', 'share')

/** What a key that does not exist is compared with, so that an unknown id takes as long as a wrong secret. */
const ofNobody = digest('')

/** Whether a credential has this SHA-256, in a time that does not depend on where they differ. */
export function isSecretOf({ text }: Credential, hash: string | undefined): boolean {
  const same = timingSafeEqual(Buffer.from(digest(text), 'hex'), Buffer.from(hash ?? ofNobody, 'hex'))
  return same && hash !== undefined
}
