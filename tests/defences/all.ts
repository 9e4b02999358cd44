/** Every defence of docs/security.md. */
import type { Defence } from './defence.ts'
import { passwords } from './v6-passwords.ts'
import { guessing } from './v6-guessing.ts'
import { secondFactors } from './v6-second-factors.ts'
import { sessions } from './v7-sessions.ts'
import { permitting } from './v8-permissions.ts'
import { tokens } from './v9-tokens.ts'
import { cryptography } from './v11-cryptography.ts'

export const defences: readonly Defence[] = [
  ...passwords,
  ...guessing,
  ...secondFactors,
  ...sessions,
  ...permitting,
  ...tokens,
  ...cryptography,
]
