/** What every answer says against being misused by a browser. */
import helmet from 'koa-helmet'
import type { HttpDeps } from './deps.ts'

/**
 * Answers are data: they load nothing and are shown in no frame. They are the same for all answers, so helmet is asked once.
 * @returns names and values
 */
export const securityHeaders = ({ hsts }: Pick<HttpDeps, 'hsts'>): Readonly<Record<string, string>> => {
  const said = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    },
    strictTransportSecurity: hsts ? { maxAge: 31_536_000, includeSubDomains: true } : false,
    xFrameOptions: { action: 'deny' },
  })
  const headers: Record<string, string> = {}
  const listener = {
    req: {},
    res: {
      setHeader: (name: string, value: string) => {
        headers[name] = value
      },
      removeHeader: () => undefined,
    },
  }
  void said(listener as unknown as Parameters<typeof said>[0], () => Promise.resolve())
  return headers
}
