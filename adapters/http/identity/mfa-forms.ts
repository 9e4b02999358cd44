/** Second factors as the API takes and shows them. */
import * as t from 'io-ts'
import { renderSVG } from 'uqr'
import type { NewSecondFactor } from '../../../core/identity/use-cases/keep-second-factor.ts'
import { described, exampled } from '../codecs/codec.ts'
import { record } from '../codecs/record.ts'
import { secret } from '../codecs/text.ts'
import { view } from '../shapes.ts'

/** As it was typed: spaces and dashes count for nothing. */
const otp = described('A code of the app, or a recovery code.', secret(1, 100))

export const OtpBody = exampled({ otp: '492039' }, record('Otp', { otp }, {}))

export const RemoveMfaBody = exampled({ otp: '492039' }, record('RemoveMfa', {}, { otp }))

const example = {
  secret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP',
  otpauth_url:
    'otpauth://totp/library:ada?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=library&algorithm=SHA1&digits=6&period=30',
}

export const NewMfaView = view(
  'NewMfa',
  { secret: t.string, otpauth_url: t.string, qr_svg: t.string },
  { ...example, qr_svg: '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 490 490">…</svg>' },
)

export const newMfaView = ({ secret: shown, address }: NewSecondFactor): t.TypeOf<typeof NewMfaView> => ({
  secret: shown,
  otpauth_url: address,
  qr_svg: renderSVG(address, { ecc: 'M' }),
})

export const RecoveryCodesView = view(
  'RecoveryCodes',
  { recovery_codes: t.array(t.string) },
  { recovery_codes: ['JBSWY3-DPEHPK-3PXPMF-ZWG2LB'] },
)

export const recoveryCodesView = (codes: readonly string[]): t.TypeOf<typeof RecoveryCodesView> => ({
  recovery_codes: [...codes],
})
