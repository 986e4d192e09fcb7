/** The workspace that everybody reads, and the one of an installation without keys. */
export const publicWorkspace = 'public'
export const defaultWorkspace = 'default'
