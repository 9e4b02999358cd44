/** A member of the staff who has just logged in to a server process has a second factor by its API. */
import { codeAt } from '../../adapters/security/one-time-codes.ts'
import { instant } from '../../core/shared/local-time.ts'

/** @returns the secret, of which one code is used */
export const enrolOverHttp = async ({ url }: { readonly url: string }, token: string): Promise<string> => {
  const ask = async (path: string, body: object | null): Promise<Readonly<Record<string, unknown>>> => {
    const response = await fetch(`${url}/api/v1/auth/mfa/${path}`, {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${token}`,
        ...(body === null ? {} : { 'Content-Type': 'application/json' }),
      },
      ...(body === null ? {} : { body: JSON.stringify(body) }),
    })
    const answer = (await response.json()) as { readonly data: Readonly<Record<string, unknown>> | null }
    if (answer.data === null) throw new Error(`Nobody was enrolled: ${JSON.stringify(answer)}`)
    return answer.data
  }
  const secret = String((await ask('enrol', null))['secret'])
  await ask('confirm', { otp: codeAt(secret, instant(Date.now())) })
  return secret
}
