import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { logNotifier } from '../../../adapters/logging/log-notifier.ts'
import { mailbox } from '../../../adapters/mailbox/mailbox.ts'
import type { MemberNotice, Notice } from '../../../core/notices/notice.ts'
import { E, TE } from '../../../core/shared/fp.ts'
import { id } from '../../../core/shared/id.ts'
import { instant } from '../../../core/shared/local-time.ts'
import { right } from '../../support/world.ts'

const at = instant(Date.parse('2026-03-10T10:00:00Z'))
const plain: MemberNotice = { key: 'event-1', kind: 'returned', memberId: id(7), at, facts: {} }
const reset: MemberNotice = {
  ...plain,
  key: 'event-2',
  kind: 'password_reset',
  enclosed: { to: 'ada@example.org', token: '17.secret', expiresAt: at },
}

describe('the mailbox of whoever tries the product out', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'library-mails-'))
  })
  afterEach(() => {
    rmSync(folder, { recursive: true })
  })

  it('keeps what encloses something, for its owner’s eyes alone, and hands all on', async () => {
    const handed: Notice[] = []
    const mails = join(folder, 'mails')
    const box = mailbox(mails, { send: notice => TE.fromIO(() => void handed.push(notice)) })
    for (const notice of [plain, reset, reset]) await right(box.send(notice))
    expect(handed).to.deep.equal([plain, reset, reset])
    expect(readdirSync(mails)).to.deep.equal(['event-2.json'])
    const file = join(mails, 'event-2.json')
    expect(statSync(file).mode & 0o777).to.equal(0o600)
    expect(statSync(mails).mode & 0o777).to.equal(0o700)
    expect(JSON.parse(readFileSync(file, 'utf8'))).to.deep.equal({
      to: 'ada@example.org',
      kind: 'password_reset',
      user_id: 7,
      token: '17.secret',
      expires_at: '2026-03-10T10:00:00.000Z',
    })
  })

  it('says when it cannot, so that it is tried again', async () => {
    writeFileSync(join(folder, 'taken'), '')
    const box = mailbox(join(folder, 'taken'), { send: () => TE.right(undefined) })
    const sent = await box.send(reset)()
    expect(E.isLeft(sent) && sent.left.type).to.equal('NotSent')
  })
})

describe('the log of notices', () => {
  it('has no word of what a notice encloses', async () => {
    const lines: string[] = []
    const write = (message: string, facts?: object) => void lines.push(JSON.stringify({ message, facts }))
    const log = { error: write, warn: write, info: write, debug: write, request: () => undefined }
    await right(logNotifier(log).send(reset))
    expect(lines).to.have.length(1)
    for (const word of ['17.secret', 'ada@example.org']) expect(lines.join()).not.to.include(word)
  })
})
