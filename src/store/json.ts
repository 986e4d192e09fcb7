/** What JSON can say. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [member: string]: Json }

/** An object of JSON, such as a stored document. */
export type JsonObject = { readonly [member: string]: Json }
